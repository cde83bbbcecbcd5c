import { NOTE_KINDS, type NoteKind } from '../../model/notes.ts';
import { cleanLine } from '../../model/text.ts';

/** What the message of a commit says. It was written by anybody, so whatever leaves here is one clean line of bounded length. Pure. */

const LONGEST_TITLE = 200;
const LONGEST_NOTE = 500;
const LONGEST_NAME = 80;

export interface Message {
  readonly pull: string | null;
  readonly kind: NoteKind | null;
  readonly scope: string | null;
  readonly title: string;
  readonly breaking: boolean;
  readonly breakingNotes: readonly string[];
  readonly coAuthors: readonly string[];
  /** First digits of commits that it takes back. */
  readonly reverts: readonly string[];
  /** Pull requests that it takes back. */
  readonly revertsPulls: readonly string[];
}

/**
 * The first line, and the title of a pull request behind it where a forge wrote the first line: a merge by GitHub, GitLab, Bitbucket or Azure,
 * a squash by GitHub.
 */
const MERGES: readonly { readonly line: RegExp; readonly body?: RegExp; readonly mark: '#' | '!' }[] = [
  { line: /^Merge pull request #(\d+) from \S/, mark: '#' },
  { line: /^Merged in .+ \(pull request #(\d+)\)$/, mark: '#' },
  { line: /^Merge branch '/, body: /^See merge request \S*!(\d+)\s*$/m, mark: '!' },
];
const WITH_TITLE: readonly RegExp[] = [/^Merged PR (\d+): (.+)$/, /^(?=.*\(#(\d+)\)$)(.+) \(#\d+\)$/];

/** `feat(api)!: title` of Conventional Commits 1.0. */
const HEADER = /^([a-z]+)(?:\(([^()]*)\))?(!)?: +(\S.*)$/i;
const FOOTER = /^(?:[A-Za-z][A-Za-z-]*|BREAKING CHANGE)(?:: | #)/;
const BREAKING = /^BREAKING[ -]CHANGE: +(.*)$/;

/** Reads a whole message. */
export function readMessage(text: string): Message {
  const [first = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n');
  const { pull, line } = titleOf(first, rest);
  const header = HEADER.exec(line);
  const kind = kindOf(header?.[1]) ?? (/^Revert "/.test(line) ? 'revert' : null);
  const named = header !== null && kindOf(header[1]) !== null;
  const breakingNotes = notesIn(rest);
  return {
    pull,
    kind,
    scope: named && header[2] !== undefined && header[2].trim() !== '' ? cleanLine(header[2].trim(), 40) : null,
    title: cleanLine(named ? (header[4] ?? line) : line, LONGEST_TITLE).trim() || '(no title)',
    breaking: header?.[3] === '!' || breakingNotes.length > 0,
    breakingNotes,
    coAuthors: matches(text, /^Co-authored-by:([^<>\n]*)<[^<>\n]*>[ \t\r]*$/gim).map(nameOf),
    reverts: matches(text, /^This reverts commit ([0-9a-f]{7,64})\b/gm),
    revertsPulls: matches(text, /^Reverts \S*#(\d+)\b/gm).map((number) => `#${number}`),
  };
}

/** The name of a person, as it may be shown. */
export function nameOf(text: string): string {
  return cleanLine(text.trim(), LONGEST_NAME) || '(no name)';
}

function titleOf(first: string, rest: readonly string[]): { readonly pull: string | null; readonly line: string } {
  for (const pattern of WITH_TITLE) {
    const [, number, title] = pattern.exec(first) ?? [];
    if (number !== undefined && title !== undefined) return { pull: `#${number}`, line: title };
  }
  for (const { line, body, mark } of MERGES) {
    const found = line.exec(first);
    const number = body === undefined ? found?.[1] : body.exec(rest.join('\n'))?.[1];
    if (found === null || number === undefined) continue;
    const title = rest.find((one) => one.trim() !== '' && body?.test(one) !== true);
    return { pull: `${mark}${number}`, line: title ?? first };
  }
  return { pull: null, line: first };
}

function kindOf(word: string | undefined): NoteKind | null {
  return NOTE_KINDS.find((kind) => kind === word?.toLowerCase()) ?? null;
}

/** Footers `BREAKING CHANGE:`, each up to the next footer or an empty line. */
function notesIn(lines: readonly string[]): readonly string[] {
  const notes: string[][] = [];
  let open = false;
  for (const line of lines) {
    const [, begin] = BREAKING.exec(line) ?? [];
    if (begin !== undefined) notes.push([begin]);
    open = begin !== undefined || (open && line.trim() !== '' && !FOOTER.test(line));
    if (open && begin === undefined) notes.at(-1)?.push(line);
  }
  return notes.map((words) => cleanLine(words.join(' '), LONGEST_NOTE).trim()).filter((note) => note !== '');
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
