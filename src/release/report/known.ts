import { type Answer, type KnownError, matcherOf, readPage, recognise, type Said } from '../../known/index.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { Head, KnownStory, Story } from '../../report/index.ts';
import type { Service } from '../door.ts';

/** Known errors in what failed: those that come with the program, and those of the service's own repository. */

/** Where a service keeps its own pages, beside shiplock.yaml. */
export const KNOWN_ERRORS = 'docs/known-errors';
const MOST_PAGES = 100;
const GIT_MS = 20_000;

/** What a run that did not end well said: the problems of its failed steps, then those that it ended with. Pure. */
export function saidBy({ tone, problems }: Pick<Head, 'tone' | 'problems'>, story: Story | null): readonly Said[] {
  if (tone === 'good') return [];
  const steps = (story?.steps ?? [])
    .filter(({ state }) => state === 'failed' || state === 'refused')
    .flatMap((step) => step.problems.map((problem) => saidIn(step.path, problem)));
  const told = new Set(steps.map(({ text }) => text));
  const rest = problems.map((problem) => saidIn(problem.where, problem)).filter(({ text }) => !told.has(text));
  return [...steps, ...rest];
}

function saidIn(where: string, { found, code }: Problem): Said {
  return { where, text: found, code };
}

/** Which known errors these texts show; a page of the service takes the place of ours with the same id. Ours are loaded where something failed. */
export async function knownIn(
  said: readonly Said[],
  own: readonly KnownError[] = [],
): Promise<Pick<Answer, 'unfinished'> & { readonly known: readonly KnownStory[] }> {
  if (said.length === 0) return { known: [], unfinished: false };
  const { shippedErrors } = await import('../../known/shipped.ts');
  const theirs = new Set(own.map(({ id }) => id));
  const errors = [...own, ...shippedErrors().filter(({ id }) => !theirs.has(id))];
  const { recognised, unfinished } = recognise(matcherOf(errors), said);
  return { unfinished, known: recognised.map(toldOf) };
}

function toldOf({ error, seen, where }: ReturnType<typeof recognise>['recognised'][number]): KnownStory {
  const { id, title, severity, cause, fix, command } = error;
  return { id, title, severity, cause, fix, command, seen, where };
}

/** Pages of a service, and what is wrong with those that cannot be read. */
export interface OwnErrors {
  readonly errors: readonly KnownError[];
  readonly problems: readonly Problem[];
}

export const NONE: OwnErrors = { errors: [], problems: [] };

/** The service's own pages as this commit has them; none where git does not know the commit. */
export async function ownErrors(
  { exec, baseDir }: Pick<Service, 'exec' | 'baseDir'>,
  commit: string,
): Promise<OwnErrors> {
  const git = async (...args: readonly string[]): Promise<Result<string>> => {
    const argv = ['git', '--no-replace-objects', '-c', 'safe.directory=*', '-C', baseDir, ...args];
    const { exitCode, stdout, stderr } = await exec.read(argv, { timeoutMs: GIT_MS });
    return exitCode === 0 ? ok(stdout) : bad(unread(commit, stderr.trim().split('\n')[0] ?? ''));
  };
  // Relative to the directory of shiplock.yaml, which need not be the top of the repository.
  if (!/^(?:[0-9a-f]{7,64}|HEAD)$/.test(commit)) return NONE;
  const listed = await git('ls-tree', '-z', '-l', commit, `${KNOWN_ERRORS}/`);
  if (!listed.ok) return { errors: [], problems: listed.problems };
  // `mode blob digest size<TAB>name`: what is far too long is not even read.
  const found = listed.value.split('\0').map((line) => /^\d+ blob [0-9a-f]+ +(\d{1,6})\t(.+)$/s.exec(line)?.[2] ?? '');
  const names = found.filter(isPage);
  if (names.length === 0) return NONE;
  const pages: [string, string][] = [];
  const problems: Problem[] = [];
  for (const name of names.slice(0, MOST_PAGES)) {
    const text = await git('cat-file', 'blob', `${commit}:./${name}`);
    if (text.ok) pages.push([name, text.value]);
    else problems.push(...text.problems);
  }
  const read = pagesOf(pages);
  return {
    errors: read.errors,
    problems: [...problems, ...read.problems, ...(names.length > MOST_PAGES ? [tooMany(names.length)] : [])],
  };
}

/** README.md stands beside the pages. */
export function isPage(path: string): boolean {
  return path.endsWith('.md') && !/(?:^|\/)README\.md$/.test(path);
}

/** Reads pages by their names. Pure. */
export function pagesOf(pages: readonly (readonly [name: string, text: string])[]): OwnErrors {
  const read = pages.map(([name, text]) => readPage(name, text));
  return {
    errors: read.flatMap((one) => (one.ok ? [one.value.error] : [])),
    problems: read.flatMap((one) => (one.ok ? [] : one.problems)),
  };
}

function unread(commit: string, found: string): Problem {
  return {
    code: 'known.no-commit',
    where: `${KNOWN_ERRORS} at ${commit.slice(0, 12)}`,
    found,
    expected: 'the commit that the run was about, in the repository of shiplock.yaml',
    remedy: 'fetch it, then ask again; the errors that come with the program were looked for all the same',
  };
}

function tooMany(count: number): Problem {
  return {
    code: 'known.too-many',
    where: KNOWN_ERRORS,
    found: `${count} pages`,
    expected: `at most ${MOST_PAGES}; the rest was left out`,
    remedy: 'join pages, or take away what is never seen any more',
  };
}
