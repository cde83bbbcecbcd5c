import { n as imageProblemsOf, t as imageProblems } from "./shared-images2.js";

export { imageProblems };