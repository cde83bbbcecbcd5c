import { ai as trustOf, oi as trustedPem } from "./shared-common.js";

export { trustedPem };