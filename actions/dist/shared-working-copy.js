import { n as namedScanners, r as scanWorkingCopy, t as findingsIn } from "./shared-working-copy2.js";

export { findingsIn, namedScanners, scanWorkingCopy };