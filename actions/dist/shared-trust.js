import { Ei as trustedPem, Ti as trustOf } from "./shared-common.js";

export { trustedPem };