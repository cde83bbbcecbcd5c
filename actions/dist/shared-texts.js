import { a as showText, i as ownUsage, n as outcomeResult, r as outcomeSentence, t as listText } from "./shared-texts2.js";

export { listText, outcomeResult, outcomeSentence, ownUsage, showText };