import { ni as trustedPem, ti as trustOf } from "./shared-common.js";

export { trustedPem };