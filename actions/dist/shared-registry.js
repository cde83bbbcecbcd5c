import { n as findRunbook, r as listRunbooks, t as SHIPPED_NAMES } from "./shared-registry2.js";

export { SHIPPED_NAMES, findRunbook, listRunbooks };