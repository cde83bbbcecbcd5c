import { n as gitopsCommitNode, r as requestOf, t as gitopsChange } from "./shared-commit2.js";

export { gitopsCommitNode };