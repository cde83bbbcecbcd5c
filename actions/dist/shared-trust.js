import { Hi as trustedPem, Vi as trustOf } from "./shared-common.js";

export { trustedPem };