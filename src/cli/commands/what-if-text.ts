import type { Ending, WhatIfRelease, WhatIfStep } from '../../release/index.ts';
import { clean } from '../../rollout/index.ts';

/** What `what-if` prints. Pure. */

type Decision = WhatIfStep['recorded'][number];

export interface Totals {
  readonly releases: number;
  /** Releases of which every step decided the same at the same look. */
  readonly same: number;
  readonly recorded: Readonly<Record<Ending, number>>;
  readonly again: Readonly<Record<Ending, number>>;
  /** Time until a pass, seconds, over the steps that passed both times. */
  readonly secondsToPass: { readonly steps: number; readonly recorded: number; readonly again: number };
}

export interface StreamAgain {
  readonly input: string;
  /** Under the default policy. */
  readonly recorded: { readonly verdict: string; readonly at: number | null };
  readonly again: { readonly verdict: string; readonly at: number | null; readonly requestsNeeded: number | null };
  readonly same: boolean;
}

export function totalsOf(releases: readonly WhatIfRelease[]): Totals {
  const endings = (of: (release: WhatIfRelease) => Ending): Totals['recorded'] => {
    const count = (ending: Ending): number => releases.filter((release) => of(release) === ending).length;
    return { passed: count('passed'), 'rolled-back': count('rolled-back'), undecided: count('undecided') };
  };
  const passes = releases
    .flatMap(({ steps }) => steps)
    .flatMap(({ recorded, again }) => {
      const [before, now] = [passOf(recorded), passOf(again)];
      return before === undefined || now === undefined ? [] : [{ before: before.afterSeconds, now: now.afterSeconds }];
    });
  return {
    releases: releases.length,
    same: releases.filter(({ same }) => same).length,
    recorded: endings(({ recorded }) => recorded),
    again: endings(({ again }) => again),
    secondsToPass: {
      steps: passes.length,
      recorded: passes.reduce((sum, { before }) => sum + before, 0),
      again: passes.reduce((sum, { now }) => sum + now, 0),
    },
  };
}

function passOf(decisions: readonly Decision[]): Decision | undefined {
  return decisions.find(({ answer }) => answer === 'pass');
}

export function whatIfText(
  releases: readonly WhatIfRelease[],
  nothing: readonly { readonly run: string; readonly why: string }[],
  totals: Totals,
): string {
  const lines = releases.flatMap((release) => [
    `${release.run}  ${release.environment} ${release.version}: ${endings(release)}`,
    ...release.steps.map((step) => `  ${stepText(step)}`),
  ]);
  for (const { run, why } of nothing) lines.push(`${run}  not judged: ${clean(why)}`);
  if (lines.length > 0) lines.push('');
  return [...lines, ...totalsText(totals)].join('\n');
}

function endings({ recorded, again }: Pick<WhatIfRelease, 'recorded' | 'again'>): string {
  return recorded === again ? `${recorded}, as recorded` : `${again} instead of ${recorded}`;
}

function stepText({ share, recorded, again, requestsNeeded }: WhatIfStep): string {
  const [before, now] = [decided(recorded), decided(again)];
  const percent = `${Math.round(share * 1000) / 10} %`;
  if (before === now) return `${percent}: ${before}`;
  const missing =
    again.some(({ answer }) => answer !== 'ask') || requestsNeeded === null
      ? ''
      : `, about ${requestsNeeded} more canary requests needed if there is no difference`;
  return `${percent}: ${now}${missing} (recorded: ${before})`;
}

/** All answers of a step, in order. */
function decided(decisions: readonly Decision[]): string {
  if (decisions.length === 0) return 'undecided at the last look';
  return decisions
    .map((one) => `${ANSWER[one.answer]} after ${seconds(one.afterSeconds)}: ${clean(one.text)}`)
    .join('; then ');
}

const ANSWER: Readonly<Record<Decision['answer'], string>> = {
  pass: 'passed',
  fail: 'failed',
  ask: 'asked a person',
};

function seconds(time: number): string {
  return `${Math.round(time * 10) / 10} s`;
}

function totalsText({ releases, same, recorded, again, secondsToPass }: Totals): readonly string[] {
  if (releases === 0) return ['no release with counts in its journal'];
  const change = (ending: Ending): string => `${ending} ${recorded[ending]} → ${again[ending]}`;
  return [
    `${releases} ${releases === 1 ? 'release' : 'releases'}: ${same} with the same verdicts; ${change('passed')}, ${change('rolled-back')}, ${change('undecided')}`,
    ...(secondsToPass.steps === 0
      ? []
      : [
          `steps that passed both times: ${secondsToPass.steps}, after ${seconds(secondsToPass.recorded)} → ${seconds(secondsToPass.again)} in all`,
        ]),
  ];
}

export function streamsText(streams: readonly StreamAgain[]): string {
  const at = (t: number | null): string => (t === null ? '' : ` at t=${t}`);
  const lines = streams.map(({ input, recorded, again, same }) => {
    const now = `${again.verdict}${at(again.at)}`;
    return `${input}: ${now}${same ? ', as under the default policy' : ` (default policy: ${recorded.verdict}${at(recorded.at)})`}`;
  });
  const same = streams.filter((one) => one.same).length;
  return [
    ...lines,
    `${streams.length} ${streams.length === 1 ? 'stream' : 'streams'}: ${same} with the same verdict`,
  ].join('\n');
}
