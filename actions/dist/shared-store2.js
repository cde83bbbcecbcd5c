import { a as readChange, i as newChangeId, n as changePath, o as replaceChange, r as createChange, t as changeIds } from "./shared-store3.js";

export { changeIds, changePath, createChange, newChangeId, readChange, replaceChange };