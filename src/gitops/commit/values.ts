import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { type Edited, newFile, readScalar, setScalar } from '../edit.ts';
import type { Conflict, Derive, Derived, FileAtHead, FileEdit, Head } from './derive.ts';
import type { Origin } from './message.ts';

/** One value that a commit sets. */
export interface Change {
  /** Inside the repository. */
  readonly file: string;
  /** Keys joined by dots. */
  readonly path: string;
  readonly value: string;
  /** How it is written; left out: as a text, with quotes where it needs them. */
  readonly type?: 'number';
  /**
   * The value when the change was decided, null for none. Another value on the branch is then a conflict. Left out: whatever stands there is
   * changed.
   */
  readonly read?: string | null | undefined;
}

export interface ValuesOptions {
  readonly origin: Pick<Origin, 'service' | 'environment' | 'fence'>;
  readonly changes: readonly Change[];
  /** A file that does not exist: made with the one value in it, or refused. */
  readonly missingFile: 'make' | 'refuse';
  /** A value that somebody else changed meanwhile: a conflict, or changed as well (a way back). */
  readonly othersValue: 'conflict' | 'change';
  /** For messages: repository and branch. */
  readonly where: string;
}

/** Sets values in files: the derivation of every commit that a release makes. */
export function deriveValues(options: ValuesOptions): Derive {
  return (head) => {
    const newer = newerHolder(head, options);
    if (newer !== undefined) return { kind: 'refuse', problems: [newer] };
    return fold(head, options);
  };
}

function fold(head: Head, options: ValuesOptions): Derived {
  const texts = new Map<string, FileEdit>();
  for (const change of options.changes) {
    const { file, path, value } = change;
    const before = texts.get(file) ?? { file, values: [], ...present(head.files[file]) };
    const conflict = conflictIn(head, change, options);
    if (conflict !== undefined) return { kind: 'conflict', conflict };
    const edited = edit(head, change, before.text, options);
    if (!edited.ok) return { kind: 'refuse', problems: edited.problems };
    if (!edited.value.changed) continue;
    const values = [...before.values, { path, before: shown(edited.value.before), after: value }];
    texts.set(file, { ...before, text: edited.value.text, values });
  }
  if (texts.size > 0) return { kind: 'edit', edits: [...texts.values()] };
  const [first] = options.changes;
  return { kind: 'nothing', why: `git names ${first?.value ?? 'all of it'} already` };
}

function present(file: FileAtHead | null | undefined): FileAtHead {
  return file ?? { mode: '100644', text: '' };
}

function edit(head: Head, { file, path, value, type }: Change, text: string, options: ValuesOptions): Result<Edited> {
  const missing = (head.files[file] ?? null) === null && text === '';
  if (!missing) return setScalar(text, path, value, `${options.where}:${file}`, type);
  if (options.missingFile === 'make') return ok({ text: newFile(path, value, file), before: null, changed: true });
  return bad({
    code: 'gitops.no-such-file',
    where: `${options.where}:${file}`,
    found: 'no such file on the branch',
    expected: `a file with a value at ${path}`,
    remedy: 'commit the file once, or mend `gitops.file`',
  });
}

/**
 * Is the value another one than the change was decided on? Not when it is already what we want; not when an older run of the same
 * environment wrote it, whom we follow in order of the fence.
 */
function conflictIn(head: Head, change: Change, options: ValuesOptions): Conflict | undefined {
  const { file, path, value, read } = change;
  if (read === undefined || options.othersValue === 'change') return undefined;
  const now = valueAt(head.files[file] ?? null, path);
  if (now === read || now === value) return undefined;
  const [newest] = head.ours.filter(({ environment }) => environment === options.origin.environment);
  if (newest !== undefined && newest.release === `${options.origin.service} ${now ?? ''}`) return undefined;
  return { file, path, read: shown(read), theirs: shown(now), ours: value };
}

/** The value in a text; null when there is no file or no such value. Pure. */
export function valueAt(file: FileAtHead | null, path: string): string | null {
  if (file === null) return null;
  const value = readScalar(file.text, path, '');
  return value.ok && value.value !== null ? String(value.value) : null;
}

function shown(value: string | number | boolean | null): string {
  return value === null ? 'nothing' : String(value);
}

/** A newer run of the same environment has written already: this one has lost its lease. */
function newerHolder(head: Head, { origin, where }: ValuesOptions): Problem | undefined {
  const newer = head.ours.find((one) => one.environment === origin.environment && one.fence > origin.fence);
  if (newer === undefined) return undefined;
  return {
    code: 'gitops.newer-holder',
    where,
    found: `commit ${newer.commit.slice(0, 12)} of run ${newer.run} under fence ${newer.fence}`,
    expected: `no fence above our own, ${origin.fence}`,
    remedy:
      'a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence',
  };
}
