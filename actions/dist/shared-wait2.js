import { n as syncNode, t as lookNow } from "./shared-wait.js";

export { lookNow, syncNode };