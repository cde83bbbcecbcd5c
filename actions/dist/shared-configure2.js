import { i as tooSmall, n as connectionsOf, r as planConfigure, t as configure } from "./shared-configure.js";

export { configure, planConfigure };