import { i as programArgv, n as hostProgram, r as layProgramDown, t as HOST_DIRECTORY } from "./shared-program.js";

export { hostProgram };