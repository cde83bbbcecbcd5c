import { Fi as trustedPem, Pi as trustOf } from "./shared-common.js";

export { trustedPem };