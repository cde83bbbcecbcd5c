import { Hr as trustOf, Ur as trustedPem } from "./shared-common.js";

export { trustedPem };