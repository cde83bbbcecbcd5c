import { a as requestDigest, i as readSections, n as missingSections, o as wordsUnder, r as readChangeText, t as changeText } from "./shared-text2.js";

export { changeText, missingSections, readChangeText, readSections, requestDigest, wordsUnder };