import { Ni as trustOf, Pi as trustedPem } from "./shared-common.js";

export { trustedPem };