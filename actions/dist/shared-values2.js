import { n as valueAt, t as deriveValues } from "./shared-values.js";

export { valueAt };