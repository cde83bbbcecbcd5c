import { n as openGitTarget, t as describeGit } from "./shared-git.js";

export { openGitTarget };