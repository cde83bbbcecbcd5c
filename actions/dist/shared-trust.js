import { Ci as trustOf, wi as trustedPem } from "./shared-common.js";

export { trustedPem };