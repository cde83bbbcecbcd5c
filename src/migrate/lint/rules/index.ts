import type { Rule } from '../types.ts';
import { COMPATIBILITY } from './compatibility.ts';
import { DATA } from './data.ts';
import { DESIGN } from './design.ts';
import { KEYS } from './keys.ts';
import { LOCKING } from './locking.ts';
import { LOSS } from './loss.ts';
import { PROCESS } from './process.ts';
import { WAITING } from './waiting.ts';

/** Every rule, by id: L locking, D data loss, C the release before, P data that is there, S design, F files. */
export const RULES: readonly Rule[] = [
  ...[LOCKING, WAITING, LOSS, COMPATIBILITY, DATA, DESIGN, KEYS, PROCESS].flat(),
].toSorted((a, b) => (a.id < b.id ? -1 : 1));

const BY_ID = new Map(RULES.map((rule) => [rule.id, rule]));

/** Undefined: there is no such rule. */
export function ruleOf(id: string): Rule | undefined {
  return BY_ID.get(id);
}
