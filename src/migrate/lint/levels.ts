/** How much a finding counts. An error refuses a release; `off` is not looked for. */
export const LINT_LEVELS = ['off', 'note', 'warning', 'error'] as const;

export type LintLevel = (typeof LINT_LEVELS)[number];
