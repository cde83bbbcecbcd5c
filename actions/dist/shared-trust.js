import { oi as trustOf, si as trustedPem } from "./shared-common.js";

export { trustedPem };