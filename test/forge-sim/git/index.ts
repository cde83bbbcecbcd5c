import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** One bare repository, by the real git. */

export const NOTHING = '0'.repeat(40);

export interface Person {
  readonly name: string;
  readonly email: string;
  /** RFC 3339. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
  readonly signature: string | null;
}

export interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | null;
  readonly path: string;
}

export interface Changed {
  readonly path: string;
  readonly before: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly sha: string | null;
  readonly additions: number;
  readonly deletions: number;
}

export class GitFailed extends Error {}

export interface Git {
  readonly directory: string;
  run(
    args: readonly string[],
    options?: { readonly stdin?: string | Buffer; readonly env?: NodeJS.ProcessEnv },
  ): Promise<string>;
  /** Any object that git can name; undefined: there is none, or several. */
  resolve(revision: string): Promise<string | undefined>;
  refs(prefix: string): Promise<readonly { readonly ref: string; readonly sha: string; readonly type: string }[]>;
  /** The compare-and-swap of git itself. False: the ref is not at `before`. */
  move(ref: string, after: string, before: string): Promise<boolean>;
  commit(sha: string): Promise<Commit>;
  /** Newest first. */
  log(range: string, options?: { readonly path?: string; readonly most?: number }): Promise<readonly string[]>;
  writeCommit(commit: Omit<Commit, 'sha'>): Promise<string>;
  entries(tree: string, recursive: boolean): Promise<readonly Entry[]>;
  blob(sha: string): Promise<Buffer>;
  writeBlob(content: Buffer): Promise<string>;
  /** A tree with other files; `sha` null: without this file. */
  treeWith(
    base: string | null,
    changes: readonly { readonly path: string; readonly mode: string; readonly sha: string | null }[],
  ): Promise<string>;
  changed(before: string, after: string): Promise<readonly Changed[]>;
  mergeBase(a: string, b: string): Promise<string | undefined>;
  isAncestor(a: string, b: string): Promise<boolean>;
  /** How many commits of `after` are not in `before`. */
  between(before: string, after: string): Promise<number>;
  /** The tree of a merge; undefined: a conflict. */
  merged(a: string, b: string): Promise<string | undefined>;
  /** Could they be merged? */
  merges(a: string, b: string): Promise<boolean>;
}

let indexes = 0;

export function openGit(directory: string): Git {
  const raw = (
    args: readonly string[],
    options: { stdin?: string | Buffer; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const child = spawn('git', ['--git-dir', directory, ...args], {
        env: { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const out: Buffer[] = [];
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.stdin ?? '');
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve(Buffer.concat(out));
        else reject(new GitFailed(`git ${args.join(' ')}: ${code} ${said.trim()}`));
      });
    });
  const run: Git['run'] = async (args, options) => (await raw(args, options)).toString();
  const lines = async (args: readonly string[]): Promise<readonly string[]> =>
    (await run(args)).split('\n').filter((line) => line !== '');
  const yes = async (args: readonly string[]): Promise<boolean> => {
    try {
      await raw(args);
      return true;
    } catch (error) {
      if (error instanceof GitFailed) return false;
      throw error;
    }
  };
  const first = async (args: readonly string[]): Promise<string | undefined> => {
    try {
      const [line] = await lines(args);
      return line;
    } catch (error) {
      if (error instanceof GitFailed) return undefined;
      throw error;
    }
  };
  return {
    directory,
    run,
    resolve: (revision) => first(['rev-parse', '--verify', '--quiet', '--end-of-options', revision]),
    async refs(prefix) {
      const found = await lines(['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
      return found
        .map((line) => {
          const [sha = '', type = '', ref = ''] = line.split(' ');
          return { sha, type, ref };
        })
        .filter(({ ref }) => ref.startsWith(prefix));
    },
    move: (ref, after, before) =>
      yes(after === NOTHING ? ['update-ref', '-d', ref, before] : ['update-ref', ref, after, before]),
    commit: async (sha) => parseCommit(sha, await run(['cat-file', 'commit', sha])),
    log: (range, { path, most } = {}) =>
      lines([
        'rev-list',
        ...(most === undefined ? [] : [`--max-count=${most}`]),
        range,
        '--',
        ...(path === undefined ? [] : [path]),
      ]),
    async writeCommit({ tree, parents, author, committer, message, signature }) {
      const who = ({ name, email, date }: Person): string =>
        `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
      const head = [
        `tree ${tree}`,
        ...parents.map((parent) => `parent ${parent}`),
        `author ${who(author)}`,
        `committer ${who(committer)}`,
        ...(signature === null ? [] : [`gpgsig ${signature.replaceAll('\n', '\n ')}`]),
      ];
      return (
        await run(['hash-object', '-t', 'commit', '-w', '--stdin'], { stdin: `${head.join('\n')}\n\n${message}` })
      ).trim();
    },
    async entries(tree, recursive) {
      const text = await run(['ls-tree', '-l', '-z', ...(recursive ? ['-r', '-t'] : []), tree]);
      return text
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => {
          const [, mode = '', type = '', sha = '', size = '', path = ''] =
            /^(\d+) (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line) ?? [];
          return { mode, type, sha, path, size: size === '-' ? null : Number(size) };
        });
    },
    blob: (sha) => raw(['cat-file', 'blob', sha]),
    writeBlob: async (content) => (await run(['hash-object', '-w', '--stdin'], { stdin: content })).trim(),
    async treeWith(base, changes) {
      const env = { GIT_INDEX_FILE: join(directory, `index.forge-${process.pid}-${indexes++}`) };
      try {
        await run(base === null ? ['read-tree', '--empty'] : ['read-tree', base], { env });
        const info = changes.map(
          ({ path, mode, sha }) => `${sha === null ? `0 ${NOTHING}` : `${mode} ${sha}`}\t${path}\0`,
        );
        await run(['update-index', '-z', '--index-info'], { env, stdin: info.join('') });
        return (await run(['write-tree'], { env })).trim();
      } finally {
        await rm(env.GIT_INDEX_FILE, { force: true });
      }
    },
    async changed(before, after) {
      const names = (await run(['diff-tree', '-r', '-M', '-z', '--raw', before, after])).split('\0');
      const counts = new Map<string, { additions: number; deletions: number }>();
      for (const line of await lines(['diff-tree', '-r', '--no-renames', '--numstat', before, after])) {
        const [additions = '0', deletions = '0', path = ''] = line.split('\t');
        counts.set(path, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
      }
      const found: Changed[] = [];
      for (let at = 0; at + 1 < names.length; at++) {
        const [, , , sha = '', letter = 'M'] = (names[at] ?? '').split(' ');
        const from = names[++at] ?? '';
        const renamed = letter.startsWith('R') || letter.startsWith('C');
        const path = renamed ? (names[++at] ?? '') : from;
        const status = renamed ? 'renamed' : letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified';
        const count = counts.get(path) ?? { additions: 0, deletions: 0 };
        found.push({ path, before: renamed ? from : null, status, sha: sha === NOTHING ? null : sha, ...count });
      }
      return found;
    },
    mergeBase: (a, b) => first(['merge-base', a, b]),
    isAncestor: (a, b) => yes(['merge-base', '--is-ancestor', a, b]),
    between: async (before, after) => Number((await run(['rev-list', '--count', `${before}..${after}`])).trim()),
    merged: (a, b) => first(['merge-tree', '--write-tree', a, b]),
    merges: (a, b) => yes(['merge-tree', '--write-tree', a, b]),
  };
}

function parseCommit(sha: string, text: string): Commit {
  const cut = text.indexOf('\n\n');
  const head = text.slice(0, cut).replaceAll('\n ', '\u0000').split('\n');
  const all = (name: string): readonly string[] =>
    head.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const who = (name: string): Person => {
    const [, person = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+) /.exec(all(name)[0] ?? '') ?? [];
    return { name: person, email, date: `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z` };
  };
  return {
    sha,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: who('author'),
    committer: who('committer'),
    message: text.slice(cut + 2).replace(/\n$/, ''),
    signature: all('gpgsig')[0]?.replaceAll('\u0000', '\n') ?? null,
  };
}
