import { ii as trustedPem, ri as trustOf } from "./shared-common.js";

export { trustedPem };