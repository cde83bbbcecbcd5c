/** What to do after an answer, or after none. Pure: the same outcome and the same moment give the same decision. */

export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly message: string;
    }
  /** It never left: no name, no connection. */
  | { readonly kind: 'not-sent'; readonly why: string }
  /** It may have reached the forge and taken effect. */
  | { readonly kind: 'no-answer'; readonly why: string };

export interface Situation {
  /** The same again does no harm: it only looks, or its effect is the same twice. */
  readonly repeatable: boolean;
  /** Tries so far, this one included. */
  readonly tries: number;
  /** Since the first try. */
  readonly elapsedMs: number;
  /** Most time for all tries. */
  readonly patienceMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

export type Next =
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'give-up'; readonly cause: 'refused' | 'limited' | 'unreachable' }
  /** Whether it took effect must be found out first. */
  | { readonly kind: 'unsure' };

const FIRST_MS = 250;
const WIDEST_MS = 20_000;
/** What GitHub asks for where it names no time. */
const SECONDARY_MS = 60_000;

export function next(outcome: Outcome, situation: Situation): Next {
  if (outcome.kind === 'not-sent') return later(situation, window(situation), 'unreachable');
  const wait = outcome.kind === 'answered' ? limitMs(outcome, situation.now) : undefined;
  // A refused call has not begun: it can be repeated whatever it is.
  if (wait !== undefined) return later(situation, wait + situation.random * FIRST_MS * 4, 'limited');
  if (outcome.kind === 'answered' && outcome.status < 500 && outcome.status !== 408)
    return { kind: 'give-up', cause: 'refused' };
  return situation.repeatable ? later(situation, window(situation), 'unreachable') : { kind: 'unsure' };
}

function later(situation: Situation, afterMs: number, cause: 'limited' | 'unreachable'): Next {
  const rounded = Math.ceil(afterMs);
  return situation.elapsedMs + rounded > situation.patienceMs
    ? { kind: 'give-up', cause }
    : { kind: 'again', afterMs: rounded };
}

/** Full jitter: anywhere in a window that doubles. */
export function window({ tries, random }: Pick<Situation, 'tries' | 'random'>): number {
  return random * Math.min(WIDEST_MS, FIRST_MS * 2 ** tries);
}

/** How long a limit lasts; undefined: it is none. */
function limitMs({ status, headers, message }: Outcome & { kind: 'answered' }, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return Math.max(0, after * 1000);
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
    if (Number.isFinite(reset)) return Math.max(0, reset * 1000 - now);
  }
  return status === 429 || /secondary rate limit/i.test(message) ? SECONDARY_MS : undefined;
}
