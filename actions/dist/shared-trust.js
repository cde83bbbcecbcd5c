import { di as trustedPem, ui as trustOf } from "./shared-common.js";

export { trustedPem };