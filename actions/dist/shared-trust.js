import { $r as trustedPem, Qr as trustOf } from "./shared-common.js";

export { trustedPem };