import { n as resetUnits } from "./shared-program3.js";
import { a as planDataGenerate, c as planDataCopy, i as generateData, n as resetData, r as resetLines, s as copyData, t as planDataReset } from "./shared-data.js";

export { planDataReset, resetData, resetLines };