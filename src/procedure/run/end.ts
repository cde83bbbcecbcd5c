import type { Problem } from '../../model/problem.ts';

/** How a node ended, for the node above it. */
export type End =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] }
  /** Nothing was changed by the node that refused. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** Something inside failed and a rollback took it back. */
  | { readonly kind: 'rolled-back'; readonly problems: readonly Problem[] }
  /** At a gate; the problems say what it still waits for, where that is known. */
  | { readonly kind: 'waiting'; readonly problems: readonly Problem[] }
  | { readonly kind: 'stopped' }
  /** The next forward step may not begin before the shared store has the journal. */
  | { readonly kind: 'behind'; readonly problems: readonly Problem[] }
  /** Nobody can tell whether effects happened: a person must say. */
  | { readonly kind: 'unknown'; readonly problems: readonly Problem[] }
  /** A rollback or an undo failed: the system stands between two states. */
  | { readonly kind: 'stuck'; readonly problems: readonly Problem[] };

export const DONE: End = { kind: 'done' };
export const WAITING: End = { kind: 'waiting', problems: [] };
export const STOPPED: End = { kind: 'stopped' };

/** Does this end the way forward, so that what was done has to be taken back? */
export function isFailure(end: End): end is Extract<End, { kind: 'failed' | 'refused' | 'rolled-back' }> {
  return end.kind === 'failed' || end.kind === 'refused' || end.kind === 'rolled-back';
}

/** Of several that ran side by side: what is least known is settled first, and a failure is not hidden by a gate. */
const ORDER: readonly End['kind'][] = [
  'stuck',
  'unknown',
  'stopped',
  'failed',
  'rolled-back',
  'refused',
  'behind',
  'waiting',
];

export function mergeEnds(ends: readonly End[]): End {
  for (const kind of ORDER) {
    const first = ends.find((end) => end.kind === kind);
    if (first === undefined) continue;
    if (!('problems' in first)) return first;
    return { ...first, problems: ends.flatMap((end) => ('problems' in end ? end.problems : [])) };
  }
  return DONE;
}
