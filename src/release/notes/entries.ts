import { NOTE_KINDS, type NoteEntry, type NoteKind, type ReleaseNotes } from '../../model/notes.ts';
import { type Message, nameOf, readMessage } from './message.ts';

/** Commits of git, and the entries of release notes that they become. Pure. */

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: string;
  /** RFC 3339 in UTC. */
  readonly time: string;
  readonly message: Message;
}

/** What `git log -z` is asked for; `commitsIn` reads it. */
export const LOG_FORMAT = 'tformat:%H%n%P%n%ct%n%aN%n%B';

/** Commits as `git log -z --format` with LOG_FORMAT gives them. */
export function commitsIn(text: string): readonly Commit[] {
  return text
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const [id = '', parents = '', seconds = '', author = '', ...message] = record.split('\n');
      return {
        id,
        parents: parents.split(' ').filter((parent) => parent !== ''),
        author: nameOf(author),
        time: new Date(Number(seconds) * 1000).toISOString(),
        message: readMessage(message.join('\n')),
      };
    });
}

/**
 * One entry for each pull request that was merged, with its commits, and one for each other commit. A merge that names no pull request is left
 * out, unless it says that it breaks something.
 *
 * @param commits newest first, a commit before its parents
 */
export function entriesOf(commits: readonly Commit[]): readonly NoteEntry[] {
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const brought = new Map<string, readonly Commit[]>();
  const taken = new Set<string>();
  for (const commit of commits.toReversed()) {
    if (!isPull(commit)) continue;
    const [first, ...others] = commit.parents;
    const before = reachable(byId, first === undefined ? [] : [first]);
    const own = reachable(byId, others);
    const inside = commits.filter(({ id }) => own.has(id) && !before.has(id) && !taken.has(id));
    brought.set(commit.id, inside);
    // A pull request inside of this one stays an entry of its own.
    for (const { id } of inside.filter((one) => !isPull(one))) taken.add(id);
  }
  const shown = commits.filter(
    (commit) => !taken.has(commit.id) && (commit.parents.length < 2 || isPull(commit) || commit.message.breaking),
  );
  const entries = shown.map((commit) =>
    entryOf(
      commit,
      (brought.get(commit.id) ?? []).filter((one) => !isPull(one)),
    ),
  );
  return withTakenBack(entries, byId);
}

/** Who wrote them, the busiest first. */
export function authorsIn(entries: readonly NoteEntry[]): ReleaseNotes['authors'] {
  const counts = new Map<string, number>();
  for (const name of entries.flatMap(({ authors }) => authors)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, entries: count }))
    .toSorted((a, b) => b.entries - a.entries || (a.name < b.name ? -1 : 1));
}

/** A merge that brought a pull request. One that was squashed is a commit like others. */
function isPull({ parents, message }: Commit): boolean {
  return parents.length > 1 && message.pull !== null;
}

/** Commits of the range that can be reached, the beginnings among them. */
function reachable(byId: ReadonlyMap<string, Commit>, from: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const commit = byId.get(id);
    if (commit === undefined || seen.has(id)) continue;
    seen.add(id);
    open.push(...commit.parents);
  }
  return seen;
}

function entryOf(commit: Commit, inside: readonly Commit[]): NoteEntry {
  const { id, time, message } = commit;
  const real = inside.filter(({ parents }) => parents.length < 2);
  const messages = [message, ...inside.map((one) => one.message)];
  return {
    commit: id,
    commits: inside.map((one) => one.id),
    time,
    pull: message.pull,
    kind: message.kind ?? foremost(real.map((one) => one.message.kind)),
    scope: message.scope,
    title: message.title,
    breaking: messages.some(({ breaking }) => breaking),
    breakingNotes: [...new Set(messages.flatMap(({ breakingNotes }) => breakingNotes))],
    authors: [
      ...new Set((real.length === 0 ? [commit] : real).flatMap((one) => [one.author, ...one.message.coAuthors])),
    ],
    takenBackBy: null,
  };
}

function foremost(kinds: readonly (NoteKind | null)[]): NoteKind | null {
  return NOTE_KINDS.find((kind) => kinds.includes(kind)) ?? null;
}

/** Marks what a later entry takes back, unless that one was taken back itself. */
function withTakenBack(entries: readonly NoteEntry[], byId: ReadonlyMap<string, Commit>): readonly NoteEntry[] {
  const standing: { readonly entry: NoteEntry; readonly against: readonly Message[] }[] = [];
  return entries.map((entry) => {
    // A pull request of several commits is not taken back by what takes back one of them.
    const ids = entry.commits.length === 1 ? [entry.commit, ...entry.commits] : [entry.commit];
    const by = standing.find(({ against }) =>
      against.some(
        ({ reverts, revertsPulls }) =>
          reverts.some((digits) => ids.some((id) => id.startsWith(digits))) ||
          (entry.pull !== null && revertsPulls.includes(entry.pull)),
      ),
    );
    if (by !== undefined) return { ...entry, takenBackBy: by.entry.commit };
    const against = [entry.commit, ...entry.commits].flatMap((id) => byId.get(id)?.message ?? []);
    standing.push({ entry, against });
    return entry;
  });
}
