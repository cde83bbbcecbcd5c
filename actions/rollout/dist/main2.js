import { n as parseGuardArguments, r as startGuard, t as guardMain } from "./main.js";

export { guardMain };