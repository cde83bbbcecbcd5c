import { type Problem, ProblemError, type Result } from '../../model/problem.ts';
import { blobId } from '../git.ts';
import type { Cache } from './cache.ts';
import type { FileAtHead } from './derive.ts';

/** Reads files of a commit, as text that is exactly what git has. */

type Files = Readonly<Record<string, FileAtHead | null>>;

/** The empty tree: every repository has it without storing it. */
const NO_TREE: Readonly<Record<number, string>> = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/**
 * Files at a commit, null where there is none.
 * @throws ProblemError `gitops.not-a-file` or `gitops.not-utf8`
 */
export async function filesAt(cache: Cache, commit: string, files: readonly string[]): Promise<Files> {
  const fast = await filesAsNew(cache, commit, files);
  return fast ?? filesSurely(cache, commit, files);
}

/** In one command: all files as if they were new. Undefined when one is not there, no plain file, or not exactly what git's id says. */
async function filesAsNew(cache: Cache, commit: string, files: readonly string[]): Promise<Files | undefined> {
  const options = [
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--text',
    '--full-index',
    '-U0',
    '-p',
  ];
  const patch = await cache.local(['diff-tree', ...options, NO_TREE[commit.length] ?? '', commit, '--', ...files]);
  const found = readNewFiles(patch);
  if (found === undefined || files.some((file) => !found.has(file))) return undefined;
  return Object.fromEntries(found);
}

/** Pure: files of a patch in which each is new; undefined when one of them is not what its id says. */
export function readNewFiles(patch: string): ReadonlyMap<string, FileAtHead> | undefined {
  const parts = patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
  const files = new Map<string, FileAtHead>();
  for (const part of parts) {
    const [, names = '', mode = '', id = ''] =
      /^diff --git ([^\n]*)\nnew file mode (100644|100755)\nindex 0+\.\.([0-9a-f]+)\n/.exec(part) ?? [];
    const at = /^@@ [^\n]*\n/m.exec(part);
    const body = at === null ? '' : part.slice(at.index + at[0].length);
    const text = body.replace(/^\+/gm, '').replace(/\n\\ No newline at end of file\n$/, '');
    if (id === '' || blobId(new TextEncoder().encode(text), id) !== id) return undefined;
    // `a/NAME b/NAME`; a name that git must quote is not found under its own.
    files.set(names.slice(2, 2 + (names.length - 5) / 2), { mode, text });
  }
  return files;
}

async function filesSurely(
  cache: Cache,
  commit: string,
  files: readonly string[],
): Promise<Readonly<Record<string, FileAtHead | null>>> {
  const paths = [...new Set(files.flatMap(ancestors))];
  const listing = await cache.local(['ls-tree', '-z', '--full-tree', commit, '--', ...paths]);
  const found = await Promise.all(
    files.map(async (file): Promise<readonly [string, FileAtHead | null]> => {
      const entry = entryFor(listing, file);
      if (!entry.ok) throw new ProblemError(entry.problems);
      if (entry.value === null) return [file, null];
      const { mode, id } = entry.value;
      const text = await cache.local(['cat-file', 'blob', id]);
      // Bytes that are not UTF-8 do not survive the way through text; the id tells.
      if (blobId(new TextEncoder().encode(text), id) !== id) throw new ProblemError(notUtf8(file));
      return [file, { mode, text }];
    }),
  );
  return Object.fromEntries(found);
}

function ancestors(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function entryFor(listing: string, file: string): Result<{ readonly mode: string; readonly id: string } | null> {
  for (const line of listing.split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line);
    if (match === null) continue;
    const [, mode = '', type = '', id = '', name = ''] = match;
    // git also lists what lies beside the file.
    if (name !== file && !file.startsWith(`${name}/`)) continue;
    const plain = name === file ? mode === '100644' || mode === '100755' : type === 'tree';
    if (!plain) return { ok: false, problems: [notPlain(name, mode)] };
    if (name === file) return { ok: true, value: { mode, id } };
  }
  return { ok: true, value: null };
}

function notPlain(name: string, mode: string): Problem {
  return {
    code: 'gitops.not-a-file',
    where: name,
    found: `a link, a submodule or a directory (mode ${mode})`,
    expected: 'directories on the way and a plain file at the end',
    remedy: 'mend `gitops.file`',
  };
}

function notUtf8(file: string): Problem {
  return {
    code: 'gitops.not-utf8',
    where: file,
    found: 'bytes that are not UTF-8',
    expected: 'YAML in UTF-8',
    remedy: 'save the file as UTF-8 and commit it',
  };
}
