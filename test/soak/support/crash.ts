import type { SweepOptions, SweepReport } from '../../support/crash-sweep.ts';

/**
 * What sweeps over the boundaries of a journal are asked and say alike:
 *   --singles N   boundaries to die at in a run of its own each, chosen by the seed
 *   --skip N      leave out the first N of them: where a sweep was stopped, it goes on
 *   --pairs N     runs that die twice
 *   --moments N   runs killed from outside
 *   --dealt N     instead: all boundaries dealt to N runs, each of which dies at all of its own, one after another
 *   --seed N      (default: 1)
 */

const option = { type: 'string' } as const;
export const CRASH_OPTIONS = {
  ...{ singles: option, skip: option, pairs: option, moments: option },
  ...{ dealt: option, seed: option },
};

type Asked = Partial<Record<keyof typeof CRASH_OPTIONS, string>>;
/** Undefined: every boundary. */
type Defaults = Pick<SweepOptions, 'singles' | 'moments'> & { readonly pairs: number };

/** @param name stands before each line; empty: none does */
export function crashAsked(values: Asked, defaults: Defaults, name = ''): Omit<SweepOptions, 'open'> {
  const from = performance.now();
  const isDealt = values.dealt !== undefined;
  const count = (text: string | undefined, otherwise: number | undefined): number | undefined =>
    text === undefined ? (isDealt ? 0 : otherwise) : whole(text);
  const singles = count(values.singles, defaults.singles);
  return {
    ...(singles === undefined ? {} : { singles }),
    skip: whole(values.skip ?? '0'),
    pairs: count(values.pairs, defaults.pairs) ?? 0,
    moments: count(values.moments, defaults.moments) ?? 0,
    dealt: { runs: whole(values.dealt ?? '0') },
    seed: whole(values.seed ?? '1'),
    onTry: (text) =>
      console.log(`${name === '' ? '' : `${name}: `}${text}, ${((performance.now() - from) / 1000).toFixed(0)} s`),
  };
}

/** @throws Error where it is anything else */
export function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no whole number`);
}

/** Prints what came of it, and lets this process end with 1 where an end differs or is not the one that is wanted. */
export function crashSaid(name: string, report: SweepReport, exit = 0): void {
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  const { dealt, differences } = report;
  const hands =
    dealt.runs === 0 ? '' : `, ${dealt.runs} runs died at ${dealt.died} dealt to them, ${dealt.missed.length} missed`;
  const outside = report.moments === 0 ? '' : `, ${report.moments} killed at random moments`;
  console.log(JSON.stringify(report.endState));
  console.log(
    `${name}: exit ${report.exit}, ${boundaries} boundaries, ${report.singles} killed once and ${report.pairs} twice${outside}${hands}; ` +
      `${report.killed} processes killed, ${differences.length} different ends`,
  );
  for (const place of dealt.missed) console.log(`  missed: ${place}`);
  for (const difference of differences) console.log(JSON.stringify(difference));
  if (differences.length > 0 || report.exit !== exit) process.exitCode = 1;
}
