import { t as carryOut } from "./shared-carry-out2.js";

export { carryOut };