import { i as showText, n as outcomeResult, r as ownUsage, t as listText } from "./shared-texts2.js";

export { listText, outcomeResult, ownUsage, showText };