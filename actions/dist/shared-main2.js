import { n as parseGuardArguments, r as startGuard, t as guardMain } from "./shared-main.js";

export { guardMain };