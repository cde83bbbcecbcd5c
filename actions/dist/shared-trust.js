import { Qr as trustedPem, Zr as trustOf } from "./shared-common.js";

export { trustedPem };