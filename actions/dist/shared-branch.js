// src/gitops/branch.ts
/** What git takes for the name of a branch (git-check-ref-format), without `HEAD` and names that look like an option. */
const BRANCH_NAME = /^(?!HEAD$|@$|[-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[/.]$))[^\s\p{Cc}~^:?*[\\]+$/u;

export { BRANCH_NAME as t };