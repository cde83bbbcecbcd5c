import { n as listScanners, r as scanDirectory, t as asJson } from "./shared-scan-run.js";

export { listScanners, scanDirectory };