import { Bi as trustOf, Vi as trustedPem } from "./shared-common.js";

export { trustedPem };