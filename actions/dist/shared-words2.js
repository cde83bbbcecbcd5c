import { n as readOwnWords, r as readWords, t as askMissing } from "./shared-words3.js";

export { askMissing, readOwnWords, readWords };