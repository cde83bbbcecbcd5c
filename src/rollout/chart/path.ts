import type { Stretch } from './chart.ts';

/** Stretches as SVG paths: they hold numbers and nothing from outside. Pure. */

type Across = (t: number) => string;
type Up = (value: number) => number;

/** A stair: level through each stretch, straight up or down to the next; a new beginning after a gap. */
export function stairPath(stretches: readonly Stretch[], x: Across, y: Up): string {
  let path = '';
  let end: number | null = null;
  for (const { from, until, last } of stretches) {
    path += end === from ? `V${y(last)}` : `M${x(from)} ${y(last)}`;
    // A single look is a point; the least that can be seen.
    path += until > from ? `H${x(until)}` : 'h1';
    end = until > from ? until : null;
  }
  return path;
}

/** A bar from the least to the greatest value of every stretch in which there was more than one. */
export function rangePath(stretches: readonly Stretch[], x: Across, y: Up): string {
  return stretches
    .filter(({ least, greatest }) => y(least) !== y(greatest))
    .map(({ from, until, least, greatest }) => `M${middle(x(from), x(until))} ${y(greatest)}V${y(least)}`)
    .join('');
}

function middle(a: string, b: string): string {
  return tenth((Number(a) + Number(b)) / 2);
}

/** To a tenth: more cannot be seen, and would only make the file larger. */
export function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
