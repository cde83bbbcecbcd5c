import { Fi as trustOf, Ii as trustedPem } from "./shared-common.js";

export { trustedPem };