import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Deal, type Dealt, type Played, playDealt, some } from '../../support/dealt.ts';
import { runProcess } from './process.ts';
import { seeded } from './random.ts';

/**
 * Kills a release without warning at its journal boundaries, goes on with it until it is over, and compares the world at the end with the
 * one that an uncrashed release leaves. Which boundaries there are is learned from the uncrashed release: nothing is listed by hand.
 */

/** Where a process dies: at a named boundary, at the n-th one it comes to, or when a clock outside says so. */
export type Kill = { readonly at: string } | { readonly nth: number } | { readonly afterMs: number };

/** One release from a good state, in a world of which nothing else is changed meanwhile. */
export interface Trial {
  readonly report: string;
  /** Command line of the process that begins the release, or goes on with it. */
  argv(kill: string | number | null): readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The world at the end without what differs between two good releases, and every rule that was broken on the way. */
  end(): Promise<{ readonly state: unknown; readonly broken: readonly string[] }>;
  close(good: boolean): Promise<void>;
}

export interface Place {
  readonly name: string;
  /** Exit code of the uncrashed release. */
  readonly exit: number;
  open(): Promise<Trial>;
  close(): Promise<void>;
}

export interface SweepOptions {
  readonly seed: number;
  /** Boundaries to die at once, chosen by the seed; all when left out. */
  readonly singles?: number;
  /** Leaves out so many of them from the beginning: a sweep that was stopped goes on there. */
  readonly skip?: number;
  /** Releases that die twice: at a boundary, and again while they go on. */
  readonly pairs: number;
  /** Releases killed from outside at random moments, up to three times each. */
  readonly clock: number;
  /** Deal the boundaries, or so many of them chosen by the seed, to a few releases, each of which dies at all of its own, one after another; default: none. */
  readonly dealt?: Deal;
  /** Only boundaries whose name matches. */
  readonly only?: RegExp;
  readonly onTry?: (text: string) => void;
  /** Ends the sweep after the release that is under way; what was tried by then is reported. */
  readonly signal?: AbortSignal;
}

export interface SweepReport {
  readonly place: string;
  readonly boundaries: number;
  readonly releases: number;
  /** Processes that were really killed. */
  readonly killed: number;
  /** Releases that ended before they came to the boundary they were to die at. */
  readonly missed: number;
  readonly dealt: Played;
  readonly failures: readonly { readonly kills: unknown; readonly what: string }[];
  readonly seconds: number;
  /** Time an uncrashed release takes, seconds. */
  readonly plainSeconds: number;
}

const LIMIT_MS = 180_000;
const MOST_PROCESSES = 8;

interface Tried {
  readonly exit: number;
  readonly killed: number;
  readonly passed: readonly string[];
  readonly state: unknown;
  readonly broken: readonly string[];
  readonly output: string;
  readonly seconds: number;
}

async function attempt(trial: Trial, kills: readonly Kill[], hand?: Dealt): Promise<Tried> {
  let killed = 0;
  const from = performance.now();
  const most = MOST_PROCESSES + (hand?.state().left.length ?? 0);
  for (let index = 0; index < most; index++) {
    const kill = kills[index];
    const told = kill === undefined ? null : 'at' in kill ? kill.at : 'nth' in kill ? kill.nth : null;
    const ended = await runProcess(trial.argv(told), {
      env: { ...trial.env, ...hand?.env },
      limitMs: LIMIT_MS,
      ...(kill !== undefined && 'afterMs' in kill ? { killAfterMs: kill.afterMs } : {}),
    });
    if (ended.signal === 'SIGKILL') {
      killed++;
      continue;
    }
    const seconds = (performance.now() - from) / 1000;
    const passed = (await readFile(trial.report, 'utf8').catch(() => '')).trim().split('\n');
    return { exit: ended.code ?? -1, killed, passed, output: ended.output, seconds, ...(await trial.end()) };
  }
  throw new Error(`the release did not come to an end with ${JSON.stringify(kills)}`);
}

export async function sweep(place: Place, options: SweepOptions): Promise<SweepReport> {
  const from = performance.now();
  const random = seeded(options.seed);
  const failures: SweepReport['failures'][number][] = [];
  let killed = 0;
  let missed = 0;
  let releases = 1;

  const plain = await tryOnce(place, []);
  if (plain.exit !== place.exit || plain.broken.length > 0) {
    failures.push({ kills: [], what: describe(plain, undefined) });
    const seconds = (performance.now() - from) / 1000;
    const nothing = { boundaries: 0, releases, killed, missed, dealt: { runs: 0, died: 0, missed: [] } };
    return { place: place.name, ...nothing, failures, seconds, plainSeconds: plain.seconds };
  }
  const boundaries = plain.passed.filter((name) => options.only?.test(name) ?? true);
  const singles = some(boundaries, options.singles, random)
    .slice(options.skip ?? 0)
    .map((at): readonly Kill[] => [{ at }]);
  // Going on begins with taking over; most of what can go wrong there lies at its beginning.
  const pairs = some(boundaries, options.pairs, random).map((at): readonly Kill[] => [
    { at },
    { nth: Math.floor(random() * random() * 24) },
  ]);
  const clock = Array.from({ length: options.clock }, (): readonly Kill[] =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      afterMs: Math.round(300 + random() * plain.seconds * 1000),
    })),
  );
  const compare = async (kills: readonly Kill[], name: unknown, hand?: Dealt): Promise<void> => {
    const tried = await tryOnce(place, kills, hand).catch(
      (error: unknown): Tried => ({
        exit: -1,
        killed: 0,
        passed: [],
        state: null,
        broken: [String(error)],
        output: '',
        seconds: 0,
      }),
    );
    releases++;
    killed += tried.killed;
    if (hand === undefined && tried.killed === 0 && !kills.some((kill) => 'afterMs' in kill)) missed++;
    const good = tried.exit === plain.exit && tried.broken.length === 0 && isDeepStrictEqual(tried.state, plain.state);
    options.onTry?.(
      `${good ? 'same' : 'DIFFERENT'} ${tried.seconds.toFixed(1)} s, ${tried.killed} killed: ${JSON.stringify(name)}`,
    );
    if (good) return;
    const what = describe(tried, plain);
    failures.push({ kills: name, what });
    options.onTry?.(what);
  };
  for (const kills of [...singles, ...pairs, ...clock]) {
    if (options.signal?.aborted === true) break;
    await compare(kills, kills);
  }
  const played = await playDealt(boundaries, options.dealt ?? { runs: 0 }, {
    random,
    play: (hand, name) => compare([], name, hand),
    signal: options.signal,
  });
  return {
    place: place.name,
    boundaries: boundaries.length,
    releases,
    killed,
    missed,
    dealt: played,
    failures,
    seconds: (performance.now() - from) / 1000,
    plainSeconds: plain.seconds,
  };
}

async function tryOnce(place: Place, kills: readonly Kill[], hand?: Dealt): Promise<Tried> {
  const trial = await place.open();
  let tried: Tried | undefined;
  try {
    tried = await attempt(trial, kills, hand);
    return tried;
  } finally {
    await trial.close(tried !== undefined && tried.exit === place.exit && tried.broken.length === 0);
  }
}

function describe(found: Tried, wanted: Tried | undefined): string {
  const lines = [`exit ${found.exit}${wanted === undefined ? '' : ` instead of ${wanted.exit}`}`, ...found.broken];
  if (wanted !== undefined) lines.push(...differences('', found.state, wanted.state));
  if (found.exit !== wanted?.exit) lines.push(found.output.slice(-1_500));
  return lines.join('\n');
}

/** Where two plain values differ, one line each. */
export function differences(at: string, found: unknown, wanted: unknown): readonly string[] {
  if (isDeepStrictEqual(found, wanted)) return [];
  if (isRecord(found) && isRecord(wanted)) {
    const keys = [...new Set([...Object.keys(found), ...Object.keys(wanted)])];
    return keys.flatMap((key) => differences(at === '' ? key : `${at}.${key}`, found[key], wanted[key]));
  }
  return [`${at}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function reportText(report: SweepReport): string {
  const { place, boundaries, releases, killed, missed, dealt, failures, seconds, plainSeconds } = report;
  const hands =
    dealt.runs === 0
      ? ''
      : `${dealt.runs} releases died at ${dealt.died} dealt to them, ${dealt.missed.length} not reached; `;
  const head =
    `${place}: ${boundaries} journal boundaries; ${releases} releases, ${killed} processes killed, ${missed} ended before the boundary, ` +
    `${hands}${failures.length} ends differ; ${seconds.toFixed(0)} s (uncrashed ${plainSeconds.toFixed(1)} s)`;
  const left = dealt.missed.map((name) => `  not reached: ${name}`);
  return [
    head,
    ...left,
    ...failures.map(({ kills, what }) => `${JSON.stringify(kills)}\n${what.replace(/^/gm, '    ')}`),
  ].join('\n');
}
