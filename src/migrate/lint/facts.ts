import type { LintFacts } from './types.ts';

/** What is known when nobody has asked the target. */
export const NO_FACTS: LintFacts = { bytes: new Map() };
