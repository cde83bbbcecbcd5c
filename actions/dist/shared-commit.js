import { a as gitopsCommitNode, i as gitopsChange, n as answerIn, o as ownIn, r as commitDecision, s as requestOf, t as STEP_MS } from "./shared-commit2.js";

export { gitopsCommitNode };