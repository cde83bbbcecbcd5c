/** What goes wrong between a caller and the forge, on demand. Repeatable: the same seed gives the same faults. */

export const FAULTS = [
  /** 502 before anything happened. */
  'error',
  /** 502 after it happened. */
  'error-after',
  /** The connection ends before anything happened. */
  'cut',
  /** The connection ends after it happened: the answer is lost. */
  'lost',
  /** The answer ends in the middle. */
  'torn',
  /** No answer, and nothing happened. */
  'silent',
  /** No answer, and it happened. */
  'silent-after',
  /** 502 at once, and it happens a moment later. */
  'late',
  /** 403, the secondary limit. */
  'secondary-limit',
  /** 429, with a time to wait. */
  'too-many',
  /** 403, the hour's requests are used up. */
  'rate-limit',
  /** Right, but slow. */
  'slow',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface Call {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** `POST /repos/{owner}/{repo}/deployments`, `graphql`, `git`, or undefined: nobody described it. */
  readonly route: string | undefined;
}

export type Faults = (call: Call) => Fault | undefined;

export const NO_FAULTS: Faults = () => undefined;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Every call fails with this probability, in one of these ways. */
export function seededFaults(options: {
  readonly seed: number;
  readonly rate: number;
  readonly kinds?: readonly Fault[];
}): Faults {
  const random = seeded(options.seed);
  const kinds = options.kinds ?? FAULTS;
  return ({ route }) => {
    const hit = random() < options.rate;
    const kind = kinds[Math.floor(random() * kinds.length)];
    return hit && route !== 'git' ? kind : undefined;
  };
}
