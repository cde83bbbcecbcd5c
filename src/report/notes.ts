import type { NoteEntry, NoteKind, ReleaseNotes } from '../model/notes.ts';
import { bounded, withLeft } from './bounded.ts';
import { code } from './markdown.ts';

/**
 * Release notes as Markdown, for a job summary, a comment or a file. Titles and names are anybody's words, so they stand in code spans; only
 * numbers of pull requests are left for the forge to make links of. Pure.
 */
export function notesMarkdown(notes: ReleaseNotes): string {
  const { service, environment, from, to, entries, gone, left, migrations, authors } = notes;
  const breaking = entries.filter((entry) => entry.breaking);
  const rest = entries.filter((entry) => !entry.breaking);
  const parts = [
    `## ${code(service)} ${code(to.version ?? short(to.commit))} for ${code(environment)}`,
    '',
    from === null
      ? `The first release there: ${counted(entries.length, 'change')} up to ${code(short(to.commit))}.`
      : `Replaces ${code(from.version ?? short(from.commit))}: ${counted(entries.length, 'change')} between ${code(short(from.commit))} and ${code(short(to.commit))}.`,
    ...(left === 0 ? [] : ['', `There are ${left} older commits, which are not told.`]),
    '',
    ...section('Breaking changes', breaking, entryItem),
    ...section('Migrations', migrations, migrationItem),
    ...section('No longer in it', gone, entryItem),
    ...TITLES.flatMap(([kinds, title]) =>
      section(
        title,
        rest.filter(({ kind }) => kinds.includes(kind)),
        entryItem,
      ),
    ),
    ...section('Who', authors, ({ name, entries: count }) => `- ${code(name)} (${count})`),
  ];
  return parts.join('\n');
}

const TITLES: readonly (readonly [readonly (NoteKind | null)[], string])[] = [
  [['feat'], 'New'],
  [['fix'], 'Mended'],
  [['perf'], 'Faster'],
  [['revert'], 'Taken back'],
  [[null], 'Other changes'],
  [['refactor'], 'Changed inside'],
  [['build', 'ci'], 'Build and pipeline'],
  [['docs'], 'Documents'],
  [['test'], 'Tests'],
  [['style', 'chore'], 'Housekeeping'],
];

/** Of each list. */
const BYTES = 60_000;

function section<T>(title: string, items: readonly T[], render: (item: T) => string): readonly string[] {
  const lines = withLeft(bounded(items, BYTES, render), (count) => `- … ${count} left out: see \`--json\``);
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}

function entryItem(entry: NoteEntry): string {
  const { commit, commits, pull, scope, title, breakingNotes, authors, takenBackBy } = entry;
  const words = [
    code(title),
    ...(scope === null ? [] : [`in ${code(scope)}`]),
    ...(pull === null ? [] : [pull]),
    code(short(commit)),
    ...(commits.length > 1 ? [`with ${commits.length} commits`] : []),
    `by ${authors.map(code).join(', ')}`,
    ...(takenBackBy === null ? [] : [`(taken back by ${code(short(takenBackBy))})`]),
  ];
  return [`- ${words.join(' ')}`, ...breakingNotes.map((note) => `  - ${code(note)}`)].join('\n');
}

function migrationItem({ id, change, phase, breaks }: ReleaseNotes['migrations'][number]): string {
  const harm = breaks === null ? '' : `; versions ${code(breaks)} cannot run on the schema after it`;
  return `- ${code(id)} ${phase ?? 'of a phase that is not known'}: ${change === 'gone' ? GONE : WHEN[phase ?? 'unknown']}${harm}`;
}

const GONE = 'not a part of it any more; where it was applied it stays applied';
const WHEN = {
  expand: 'applied by the release before its code serves; a rollback leaves it',
  backfill: 'not applied by the release, it waits for a run of its own',
  contract: 'not applied by the release, it waits for a run of its own',
  unknown: 'its header cannot be read',
} as const;

function short(commit: string): string {
  return commit.slice(0, 12);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
