import { t as openGitTarget } from "./shared-git3.js";

export { openGitTarget };