import { t as buildProgram } from "./shared-program3.js";

export { buildProgram };