import { t as openGitTarget } from "./shared-git.js";

export { openGitTarget };