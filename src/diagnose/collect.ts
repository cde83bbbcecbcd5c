import { gunzipSync } from 'node:zlib';
import type { Clock } from '../model/ports.ts';
import { withDeadline } from '../procedure/machine/deadline.ts';
import { mapLimited } from '../procedure/machine/digest.ts';
import { withoutLiterals } from '../procedure/masking/patterns.ts';
import { askSocket, type Bounded, type Bounds, runBounded } from './bounded.ts';
import { askedText, type Collected, type Collector, type Ended, type Keep, type Work } from './collector.ts';
import { type Budget, createBudget } from './share.ts';
import { rowsText, shown, within, withoutRows, withoutTorn } from './text.ts';

/** Asks everything, each within its limits, and never fails because one of them does. A stop ends what is under way and asks nothing more. */

export interface Collecting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Most bytes of all files together. */
  readonly maxBytes: number;
  /** Blanks what must not leave the machine. Nothing goes on without it. */
  mask(text: string): string;
  /** Does it hold a secret that is known by its value? For what is no text: names of functions look like anything. */
  holdsSecret(text: string): boolean;
  /** Asks the database; rejects with what it says. */
  query?: ((sql: string, timeoutMs: number) => Promise<readonly Readonly<Record<string, unknown>>[]>) | undefined;
  /** Told of each answer as it comes. */
  readonly onEnd?: ((collected: Collected) => void) | undefined;
}

/** Asked at once at one place: an incident has no processor to spare. */
export const AT_ONCE = 3;
const PLACES_AT_ONCE = 4;
/** ssh itself, not the command: the host does not answer. */
const NO_HOST = 255;

/** In the order of the collectors. */
export async function collect(collectors: readonly Collector[], collecting: Collecting): Promise<readonly Collected[]> {
  const budget = createBudget(collecting.maxBytes, collectors.length);
  const places = [...new Set(collectors.map(({ place }) => place.name))];
  const found = new Map<Collector, Collected>();
  await mapLimited(places, PLACES_AT_ONCE, async (place) => {
    // Whoever wants little comes first: what a log takes is what is left.
    const own = collectors.filter((one) => one.place.name === place).toSorted((a, b) => a.maxBytes - b.maxBytes);
    const gone: { why: string | null } = { why: null };
    await mapLimited(own, AT_ONCE, async (collector) => {
      const collected = await ask(collector, budget, gone, collecting);
      found.set(collector, collected);
      collecting.onEnd?.(collected);
    });
  });
  return collectors.flatMap((collector) => found.get(collector) ?? []);
}

interface Answer {
  readonly content: Buffer;
  readonly exit: number | null;
  readonly ended: Ended;
  readonly truncated: boolean;
  readonly problem: string | null;
}

async function ask(
  collector: Collector,
  budget: Budget,
  gone: { why: string | null },
  collecting: Collecting,
): Promise<Collected> {
  const { clock, mask } = collecting;
  const grant = budget.take(collector.maxBytes);
  const startedAt = new Date(clock.now()).toISOString();
  const begin = clock.monotonic();
  const answer = await answerOf(collector, grant?.bytes ?? null, gone, collecting);
  grant?.used(answer.content.length);
  return {
    file: collector.file,
    place: collector.place.name,
    answers: collector.answers,
    asked: shown(mask(askedText(collector.work))),
    startedAt,
    ms: Math.round(clock.monotonic() - begin),
    ...answer,
  };
}

async function answerOf(
  { work, place, timeoutMs }: Collector,
  maxBytes: number | null,
  gone: { why: string | null },
  collecting: Collecting,
): Promise<Answer> {
  const { clock, signal } = collecting;
  if (signal.aborted) return notAsked('stopped before it was asked');
  if (maxBytes === null) return notAsked('the bundle is full');
  if (gone.why !== null) return notAsked(gone.why);
  const bounds = { timeoutMs, maxBytes, signal, clock };
  try {
    switch (work.kind) {
      case 'command': {
        const argv = place.reach === undefined ? work.argv : place.reach(work.argv, timeoutMs);
        const said = await runBounded(argv, { ...bounds, keep: work.keep });
        if (said.exit === NO_HOST && place.remote === true && said.bytes.length === 0) {
          gone.why = `${place.name} does not answer: ${lineOf(collecting, said.said)}`;
        }
        return ofCommand(work, said, bounds, collecting);
      }
      case 'socket':
        return ofText(await askSocket(work.path, work.command, { ...bounds, keep: 'beginning' }), bounds, collecting);
      case 'query':
        return ofLook(await queried(work, timeoutMs, collecting), 'beginning', bounds, collecting);
      case 'look': {
        const text = await withDeadline({ clock, ms: timeoutMs, what: work.what, signal, abandon: true }, (over) =>
          work.look(over),
        );
        return ofLook(text, work.keep, bounds, collecting);
      }
    }
  } catch (error) {
    // What is there already is worth a bundle.
    if (signal.aborted) return { ...notAsked('stopped while it was asked'), ended: 'time' };
    const late = error instanceof Error && /no end after|timed? ?out/i.test(error.message);
    return {
      content: Buffer.alloc(0),
      exit: null,
      ended: late ? 'time' : 'itself',
      truncated: late,
      problem: lineOf(collecting, error instanceof Error ? error.message : String(error)),
    };
  }
}

function notAsked(why: string): Answer {
  return { content: Buffer.alloc(0), exit: null, ended: 'not-asked', truncated: true, problem: why };
}

async function queried(
  { sql, statements = [] }: Extract<Work, { kind: 'query' }>,
  timeoutMs: number,
  { query }: Collecting,
): Promise<string> {
  if (query === undefined) throw new Error('no database is configured');
  const rows = await query(sql, timeoutMs);
  const hidden = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => {
        if (typeof value !== 'string') return [column, value];
        if (statements.includes('*')) return [column, withoutRows(value)];
        return [column, statements.includes(column) ? withoutLiterals(value) : value];
      }),
    ),
  );
  return rowsText(hidden);
}

function ofCommand(
  work: Extract<Work, { kind: 'command' }>,
  said: Bounded,
  bounds: Omit<Bounds, 'keep'>,
  collecting: Collecting,
): Answer {
  if (work.content === 'profile') return ofProfile(said, collecting);
  return ofText(said, bounds, collecting, work.keep);
}

function ofText(said: Bounded, bounds: Omit<Bounds, 'keep'>, collecting: Collecting, keep: Keep = 'beginning'): Answer {
  const torn = said.cut || said.ended !== 'itself';
  const decoded = said.bytes.toString('utf8');
  // What was ended in the middle of a line is torn at its end, whichever end is kept.
  let whole = said.cut ? withoutTorn(decoded, keep) : decoded;
  if (said.ended !== 'itself' && !whole.endsWith('\n')) whole = withoutTorn(whole, 'beginning');
  const { text, cut } = masked(whole, keep, bounds.maxBytes, collecting);
  return {
    content: Buffer.from(text, 'utf8'),
    exit: said.exit,
    ended: said.ended,
    truncated: torn || cut,
    problem: problemOf(said, bounds.timeoutMs, collecting),
  };
}

function ofLook(text: string, keep: Keep, { maxBytes }: Pick<Bounds, 'maxBytes'>, collecting: Collecting): Answer {
  // What is far too much is cut before it is masked, at whole lines: time is bounded too.
  const first = within(text, 4 * maxBytes, keep);
  const { text: whole, cut } = masked(first.text, keep, maxBytes, collecting);
  return {
    content: Buffer.from(whole, 'utf8'),
    exit: null,
    ended: 'itself',
    truncated: first.cut || cut,
    problem: null,
  };
}

function masked(text: string, keep: Keep, maxBytes: number, { mask }: Collecting) {
  return within(shown(mask(text)), maxBytes, keep);
}

/** A profile is taken as it is or not at all. */
function ofProfile(said: Bounded, collecting: Collecting): Answer {
  const answer = { exit: said.exit, ended: said.ended, truncated: said.cut || said.ended !== 'itself' };
  const nothing = { ...answer, content: Buffer.alloc(0) };
  if (answer.truncated) return { ...nothing, problem: 'half a profile cannot be read: it is left out' };
  if (said.exit !== 0) return { ...nothing, problem: problemOf(said, 0, collecting) };
  try {
    const inner = gunzipSync(said.bytes, { maxOutputLength: 64 * 1024 * 1024 }).toString('latin1');
    if (collecting.holdsSecret(inner)) {
      return { ...nothing, truncated: true, problem: 'it holds a secret: it is left out' };
    }
    return { ...answer, content: said.bytes, problem: null };
  } catch {
    return { ...nothing, problem: 'the answer is no profile' };
  }
}

function problemOf({ exit, said, ended }: Bounded, timeoutMs: number, collecting: Collecting): string | null {
  if (ended === 'time') return `no end within ${timeoutMs / 1000} s`;
  if (exit === null || exit === 0) return null;
  const words = lineOf(collecting, said);
  return `exit code ${exit}${words === '' ? '' : `: ${words}`}`;
}

/** The last line of what was said, masked as a whole first: half a secret is found by no mask. */
function lineOf({ mask }: Pick<Collecting, 'mask'>, text: string): string {
  return shown(mask(text)).trim().split('\n').at(-1)?.trim().slice(0, 400) ?? '';
}
