/** Time from left to right, without the stretches in which nobody worked. Pure. */

export interface Stretch {
  readonly from: number;
  readonly until: number;
}

export interface Axis {
  /** Wall clock in milliseconds → part of the width, 0 to 1; never falls. */
  at(time: number): number;
  /** About `count` moments, the first and the last among them. */
  ticks(count: number): readonly { readonly at: number; readonly time: number }[];
  /** What was left out. */
  readonly cuts: readonly (Stretch & { readonly at: number })[];
}

/** A pause shorter than this part of the whole is drawn as it was. */
const WORTH_A_CUT = 0.05;
/** Part of the width that a cut has. */
const CUT = 0.02;

/** @param pauses in their order, without overlap */
export function axisOf(from: number, until: number, pauses: readonly Stretch[]): Axis {
  const whole = Math.max(1, until - from);
  const cut = pauses
    .map((pause) => ({ from: Math.max(from, pause.from), until: Math.min(until, pause.until) }))
    .filter((pause) => pause.until - pause.from > WORTH_A_CUT * whole);
  const worked = Math.max(1, whole - cut.reduce((sum, pause) => sum + pause.until - pause.from, 0));
  const scale = (1 - CUT * cut.length) / worked;
  const at = (time: number): number => {
    const inside = Math.min(until, Math.max(from, time));
    let position = (inside - from) * scale;
    for (const pause of cut) {
      const gone = Math.min(inside, pause.until) - pause.from;
      if (gone > 0) position += (CUT * gone) / (pause.until - pause.from) - gone * scale;
    }
    return Math.min(1, Math.max(0, position));
  };
  return {
    at,
    ticks: (count) => ticksOf(from, until, cut, at, count),
    cuts: cut.map((pause) => ({ ...pause, at: (at(pause.from) + at(pause.until)) / 2 })),
  };
}

/** Moments at equal distances on the page; none inside a cut. */
function ticksOf(
  from: number,
  until: number,
  cuts: readonly Stretch[],
  at: (time: number) => number,
  count: number,
): readonly { readonly at: number; readonly time: number }[] {
  const wanted = Array.from({ length: Math.max(2, count) }, (_, i) => i / (Math.max(2, count) - 1));
  const times = wanted.map((part) => timeAt(from, until, at, part));
  const open = times.filter((time) => !cuts.some((cut) => time > cut.from && time < cut.until));
  return open.map((time) => ({ at: at(time), time }));
}

/** The moment that lies there, by halving: positions never fall. */
function timeAt(from: number, until: number, at: (time: number) => number, part: number): number {
  if (part <= 0) return from;
  if (part >= 1) return until;
  let [low, high] = [from, until];
  for (let step = 0; step < 60 && high - low > 0.5; step++) {
    const middle = (low + high) / 2;
    if (at(middle) < part) low = middle;
    else high = middle;
  }
  return Math.round(high);
}
