import { distance } from 'fastest-levenshtein';
import { nearest } from '../../model/json.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';

/** What becomes of a column when rows are copied to an environment that must not see the real ones. */
export type Rule =
  /** As it is: nothing personal stands there. */
  | { readonly kind: 'keep' }
  /** NULL everywhere. */
  | { readonly kind: 'null' }
  /** Another value of the same kind; the same value everywhere gives the same one, and nobody can go back without the key. */
  | { readonly kind: 'hash' }
  /** Text: the first `keep` characters stay. A number: its last `keep` digits become 0. */
  | { readonly kind: 'truncate'; readonly keep: number }
  /** A date or a moment: its month or its year stays. */
  | { readonly kind: 'truncate-to'; readonly unit: 'month' | 'year' }
  /** Something that looks real; the same value always gives the same one. */
  | { readonly kind: 'fake'; readonly what: FakeKind };

export const FAKE_KINDS = [
  ...([
    'name',
    'first-name',
    'last-name',
    'email',
    'phone',
    'street',
    'city',
    'postcode',
    'country',
    'company',
  ] as const),
  ...(['domain', 'url', 'ipv4', 'ipv6', 'user-name', 'sentence'] as const),
] as const;
export type FakeKind = (typeof FAKE_KINDS)[number];

const WORDS = ['keep', 'null', 'hash', 'truncate', 'fake'];
const EXPECTED = 'keep, null, hash, truncate N, truncate month, truncate year, or fake KIND';

/** `keep`, `fake email`, `truncate 3` … Pure. */
export function parseRule(text: string): Result<Rule> {
  const [word = '', more, ...rest] = text.trim().split(/\s+/);
  if (rest.length > 0) return bad(problem(text, EXPECTED, 'write two words at most'));
  if ((word === 'keep' || word === 'null' || word === 'hash') && more === undefined) return ok({ kind: word });
  if (word === 'truncate') return truncateRule(text, more);
  if (word === 'fake') return fakeRule(text, more);
  if (WORDS.includes(word)) return bad(problem(text, EXPECTED, `write ${word} alone`));
  const near = nearest(word, WORDS, distance);
  return bad(problem(text, EXPECTED, near === undefined ? 'name one of these' : `write ${near} instead`));
}

function truncateRule(text: string, more: string | undefined): Result<Rule> {
  if (more === 'month' || more === 'year') return ok({ kind: 'truncate-to', unit: more });
  if (more !== undefined && /^\d{1,4}$/.test(more)) return ok({ kind: 'truncate', keep: Number(more) });
  return bad(problem(text, 'truncate N, truncate month or truncate year', 'say how much stays'));
}

function fakeRule(text: string, more: string | undefined): Result<Rule> {
  const what = FAKE_KINDS.find((kind) => kind === more);
  if (what !== undefined) return ok({ kind: 'fake', what });
  const near = more === undefined ? undefined : nearest(more, FAKE_KINDS, distance);
  const expected = `fake and one of ${FAKE_KINDS.join(', ')}`;
  return bad(problem(text, expected, near === undefined ? 'name one of these' : `write fake ${near}`));
}

function problem(found: string, expected: string, remedy: string): Problem {
  return { code: 'desensitise.rule', where: 'database.desensitise', found, expected, remedy };
}

/** As it is written. Pure. */
export function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'truncate':
      return `truncate ${rule.keep}`;
    case 'truncate-to':
      return `truncate ${rule.unit}`;
    case 'fake':
      return `fake ${rule.what}`;
    default:
      return rule.kind;
  }
}
