import type { Stretch } from './chart.ts';

/** Fewer stretches for the same picture. Pure. */

/**
 * Joins the stretches that begin in the same column. Least and greatest are kept, so that nothing that went to and fro within a column
 * is lost; the value itself is the last one, or the mean by weight where `mean` is asked for.
 *
 * @param columns of the whole width, which goes from 0 to 1
 */
export function thinned(stretches: readonly Stretch[], columns: number, mean: boolean): readonly Stretch[] {
  const out: Stretch[] = [];
  let column = -1;
  for (const stretch of stretches) {
    const at = Math.floor(stretch.from * columns);
    const before = out.at(-1);
    if (before !== undefined && at === column) out[out.length - 1] = joined(before, stretch, mean);
    else out.push(stretch);
    column = at;
  }
  return levelled(out);
}

function joined(first: Stretch, second: Stretch, mean: boolean): Stretch {
  const weight = first.weight + second.weight;
  const average = weight > 0 ? (first.last * first.weight + second.last * second.weight) / weight : second.last;
  return {
    from: first.from,
    until: second.until,
    least: Math.min(first.least, second.least),
    greatest: Math.max(first.greatest, second.greatest),
    last: mean ? average : second.last,
    weight,
  };
}

/** Neighbours that touch and are the same become one. */
function levelled(stretches: readonly Stretch[]): readonly Stretch[] {
  const out: Stretch[] = [];
  for (const stretch of stretches) {
    const before = out.at(-1);
    const same =
      before !== undefined &&
      before.until === stretch.from &&
      before.last === stretch.last &&
      before.least === stretch.least &&
      before.greatest === stretch.greatest;
    if (same) out[out.length - 1] = { ...before, until: stretch.until, weight: before.weight + stretch.weight };
    else out.push(stretch);
  }
  return out;
}
