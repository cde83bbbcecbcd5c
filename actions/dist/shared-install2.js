import { n as modulesDigest, r as scannersToFetch, t as installScanners } from "./shared-install.js";

export { installScanners };