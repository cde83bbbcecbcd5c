import { evenly, geometric, makePolicy, type Policy } from '../../../src/rollout/analysis/index.ts';
import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';
import { familyOf } from './families.ts';
import type { Outcome } from './play.ts';
import type { Pool } from './pool.ts';

/** Why the defaults are as they are: each changed by itself, on the families it matters for. */

const RELEASES = 1_000;

const { dispersion, marginBets } = makePolicy();

const CHOICES: Readonly<Record<string, Partial<Policy>>> = {
  default: {},
  'mode robust': { mode: 'robust' },
  'mode robust, units of 5 s': { mode: 'robust', unitSeconds: 5 },
  'mode sharp': { mode: 'sharp' },
  'units of 5 s': { unitSeconds: 5 },
  'windows up to 10 s only': { dispersion: { ...dispersion, windows: [1, 2, 5, 10] } },
  'a short past trusted at once': { dispersion: { ...dispersion, start: 1 } },
  'a past settles after 600 s': { dispersion: { ...dispersion, settledSeconds: 600 } },
  '15 harm bets, steps of 1.35': { harmBets: evenly(geometric(1.35, 1.35, 15)) },
  '6 harm bets, steps of 2': { harmBets: evenly(geometric(2, 2, 6)) },
  'margin bets weighed alike': { marginBets: evenly(marginBets.multiples) },
  'harm ratio 1': { harmRatio: 1 },
  'harm ratio 1.5': { harmRatio: 1.5 },
  'no ceiling': { ceiling: 1 },
  'ceiling 2 %': { ceiling: 0.02 },
  'slow failures not waited for': { longestTimeoutSeconds: 0 },
  'warm-up of 30 s': { warmUpSeconds: 30 },
};

/** What each column shows of a family. */
const COLUMNS: readonly (readonly [family: string, heading: string])[] = [
  ['innocent-clumps-harm-ratio', 'aborts: clumps 5 s, at 1.25×'],
  ['innocent-clumps-30', 'aborts: clumps 30 s'],
  ['innocent-clumps-no-past', 'aborts: clumps 30 s, no past'],
  ['beyond-margin-incidents', 'promotions: margin, incidents'],
  ['beyond-margin-timeouts', 'promotions: margin, time-outs'],
  ['beyond-margin-clumps-30', 'promotions: margin, clumps 30 s'],
  ['beyond-floor-clumps-30', 'promotions: floor, clumps 30 s'],
  ['harmful-calm-10', '10×, s'],
  ['harmful-calm-3', '3×, s'],
  ['harmful-clumps-3', '3×, clumps, s'],
  ['healthy-calm', 'not-worse, s'],
];

export async function choiceFigures(pool: Pool, from: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, policy] of Object.entries(CHOICES)) {
    const cells: string[] = [];
    for (const [family, heading] of COLUMNS) {
      const clears = family.startsWith('beyond') || family.startsWith('healthy');
      const { outcomes } = await pool.play({
        family,
        from,
        count: RELEASES,
        policy,
        until: clears ? 'not-worse' : 'worse',
        servers: false,
        peers: false,
      });
      cells.push(`${heading}: ${cellOf(family, outcomes)}`);
    }
    figures.push({ name, value: cells.join('; '), met: null });
    say(`choices, ${name}: ${cells.join('; ')}`);
  }
  return figures;
}

function cellOf(family: string, outcomes: readonly Outcome[]): string {
  const clears = family.startsWith('beyond') || family.startsWith('healthy');
  const times = outcomes.map((one) => (clears ? one.notWorseAt : one.worseAt));
  if (familyOf(family).purpose !== 'speed') {
    return `${((100 * times.filter((t) => t !== null).length) / RELEASES).toFixed(1)} %`;
  }
  const middle = median(times.map((t) => (t === null ? Number.POSITIVE_INFINITY : t + 1)));
  return Number.isFinite(middle) ? String(middle) : 'never';
}
