import { Ci as trustedPem, Si as trustOf } from "./shared-common.js";

export { trustedPem };