import { Cr as trustedPem, Sr as trustOf } from "./shared-common.js";

export { trustedPem };