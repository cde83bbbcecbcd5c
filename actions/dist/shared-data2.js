import { a as planDataGenerate, i as generateData, n as resetData, o as copyData, r as resetLines, s as planDataCopy, t as planDataReset } from "./shared-data.js";

export { planDataReset, resetData, resetLines };