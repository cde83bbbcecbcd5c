import { diffLines } from './diff.ts';
import type { Change } from './write.ts';

/** A file as it is and as it would be. */
export interface PlannedFile extends Change {
  readonly state: 'new' | 'changed' | 'same';
  /** What changes, line by line; of a new file the whole of it. */
  readonly lines: readonly string[];
}

/** What would become of a file. Pure. */
export function planned(path: string, before: string | null, after: string): PlannedFile {
  const state = before === null ? 'new' : before === after ? 'same' : 'changed';
  const lines =
    state === 'same'
      ? []
      : before === null
        ? after
            .trimEnd()
            .split('\n')
            .map((line) => `+ ${line}`)
        : diffLines(before, after);
  return { path, before, after, state, lines };
}
