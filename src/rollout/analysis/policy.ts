import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { ProblemError } from '../../model/problem.ts';
import { evenly, geometric } from './grid.ts';
import type { Policy } from './types.ts';

/** Objects within objects too: the defaults are shared by everybody. */
function freeze(policy: Policy): Policy {
  for (const value of Object.values(policy)) {
    if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) Object.freeze(inner);
      Object.freeze(value);
    }
  }
  return Object.freeze(policy);
}

/**
 * The one configuration that is shipped. Harm bets: 2 to 54 times as bad, log-uniform. Margin bets: the odds ratios 1.68, 1.41,
 * 1.19, 1, 0.7, 0.5 at the default margin of 2, most on "no difference".
 */
export const DEFAULT_POLICY: Policy = freeze({
  mode: 'dispersed',
  alpha: 0.01,
  beta: 0.05,
  harmRatio: 1.25,
  margin: 2,
  floor: 0.001,
  ceiling: 0.05,
  harmBets: evenly(geometric(1.6, 1.6, 8)),
  marginBets: { multiples: [0.84, 0.705, 0.595, 0.5, 0.35, 0.25], prior: [0.05, 0.1, 0.2, 0.4, 0.15, 0.1] },
  floorBets: { multiples: [0.6, 0.3, 0.1, 0.01], prior: [0.25, 0.25, 0.25, 0.25] },
  lowerRatios: geometric(1 / 1.6, 1 / 1.6, 6),
  intervalError: 0.05,
  unitSeconds: 0,
  clumpSize: null,
  dispersion: { windows: [1, 2, 5, 10, 20, 30, 60], minimumWindows: 3, start: 20, settledSeconds: 300 },
  minimumServers: 8,
  warmUpSeconds: 0,
  longestTimeoutSeconds: 30,
  minimumBakeSeconds: 30,
});

const betsSchema = (side: 'above 1' | 'below 1') =>
  z
    .strictObject({
      multiples: z.array(
        z
          .number()
          .positive()
          .refine((multiple) => (side === 'above 1' ? multiple > 1 : multiple < 1), `multiples ${side}`),
      ),
      prior: z.array(z.number().positive()),
    })
    .refine((bets) => bets.multiples.length === bets.prior.length && bets.multiples.length > 0, {
      message: 'as many shares in prior as multiples, one at least',
    })
    .refine((bets) => Math.abs(bets.prior.reduce((a, b) => a + b, 0) - 1) < 1e-9, {
      message: 'a prior that sums to 1',
    });

const part = z.number().gt(0, 'a number between 0 and 1').lt(1, 'a number between 0 and 1');
const seconds = z.number().nonnegative('seconds, 0 or more');

/** What may be configured; every key has a default in DEFAULT_POLICY. */
export const policySchema = z.strictObject({
  mode: z.enum(['dispersed', 'robust', 'sharp'], 'one of dispersed, robust, sharp'),
  alpha: part,
  beta: part,
  harmRatio: z.number().min(1, 'a ratio of 1 or more'),
  margin: z.number().gt(1, 'an odds ratio above 1'),
  floor: part,
  ceiling: z.number().gt(0, 'a rate between 0 and 1').max(1, 'a rate between 0 and 1'),
  harmBets: betsSchema('above 1'),
  marginBets: betsSchema('below 1'),
  floorBets: betsSchema('below 1'),
  lowerRatios: z.array(z.number().positive().lt(1)),
  intervalError: part,
  unitSeconds: seconds,
  clumpSize: z.number().min(1, 'a clump size of 1 or more, or null').nullable(),
  dispersion: z.strictObject({
    windows: z.array(z.number().positive()).min(1),
    minimumWindows: z.number().int().min(2, 'two windows at least'),
    start: z.number().min(1, 'a dispersion of 1 or more'),
    settledSeconds: seconds,
  }),
  minimumServers: z.number().int().min(3, 'a whole number of 3 or more'),
  warmUpSeconds: seconds,
  longestTimeoutSeconds: seconds,
  minimumBakeSeconds: seconds,
});

function problemOf(issue: z.core.$ZodIssue, where: string): Problem {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return {
      code: 'analysis.unknown-setting',
      where,
      found: [...issue.path, key].join('.'),
      expected: `one of ${Object.keys(DEFAULT_POLICY).join(', ')}`,
      remedy: `did you mean ${closest(key, Object.keys(DEFAULT_POLICY))}?`,
    };
  }
  const path = issue.path.join('.');
  return {
    code: 'analysis.bad-setting',
    where,
    found: `${path}: ${JSON.stringify(issue.input) ?? 'nothing'}`,
    expected: issue.message,
    remedy: `give ${path} such a value, or leave it out for the default`,
  };
}

/**
 * The default policy with some settings replaced, frozen.
 *
 * @param overrides any part of a policy; checked here, so it may come from outside
 * @param where what to name in a problem (a file, the arguments)
 * @throws ProblemError `analysis.unknown-setting`, `analysis.bad-setting`
 */
export function makePolicy(overrides: unknown = {}, where = 'analysis'): Policy {
  const parsed = policySchema.partial().safeParse(overrides, { reportInput: true });
  if (!parsed.success) throw new ProblemError(parsed.error.issues.map((issue) => problemOf(issue, where)));
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  return freeze(policySchema.parse({ ...DEFAULT_POLICY, ...given }));
}
