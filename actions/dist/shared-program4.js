import { t as buildProgram } from "./shared-program.js";

export { buildProgram };