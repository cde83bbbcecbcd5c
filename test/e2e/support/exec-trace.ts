import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../../../scripts/lab/lab.ts';

/** What a program really starts and writes, seen from outside: by wrappers on PATH, and by the kernel where strace is there. */

/** Programs a release may start by name. */
const TOOLS = [
  'git',
  'go',
  'haproxy',
  'node',
  'npm',
  'nice',
  'sh',
  'env',
  'mv',
  'cp',
  'rm',
  'mkdir',
  'ln',
  'flock',
  'tar',
  'chmod',
];

export interface Shim {
  readonly path: string;
  /** Command lines so far, one each. */
  calls(): Promise<readonly string[]>;
}

/** A directory to stand first on PATH: each wrapper writes its command line down and becomes the real program. */
export async function makeShim(dir: string): Promise<Shim> {
  const bin = join(dir, 'shim');
  const log = join(dir, 'shim.log');
  await mkdir(bin, { recursive: true });
  await writeFile(log, '');
  for (const tool of TOOLS) {
    const { stdout, code } = await command(['sh', '-c', `command -v ${tool}`]);
    if (code !== 0) continue;
    const file = join(bin, tool);
    // One write of less than a page: lines of processes that run at the same time do not mix.
    await writeFile(
      file,
      `#!/bin/sh\nprintf '%s\\n' "${tool} $(printf '%s ' "$@" | tr '\\n' ' ' | cut -c1-3000)" >> '${log}'\nexec '${stdout.trim()}' "$@"\n`,
    );
    await chmod(file, 0o755);
  }
  const path = `${bin}:${process.env['PATH'] ?? ''}`;
  return { path, calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '') };
}

const CHANGES = [
  ...['openat', 'open', 'creat', 'mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir'],
  ...['link', 'linkat', 'symlink', 'symlinkat', 'truncate', 'ftruncate', 'chmod', 'fchmod', 'fchmodat', 'chown'],
  ...['fchown', 'fchownat', 'lchown', 'utimensat', 'mknod', 'mknodat', 'setxattr', 'fsetxattr'],
];

export interface Traced {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** null where there is no strace. */
  readonly kernel: null | {
    /** Command lines that were really executed. */
    readonly started: readonly string[];
    /** Calls that changed, or opened for writing, something in a file system. */
    readonly wrote: readonly string[];
  };
}

export async function traced(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly file: string },
): Promise<Traced> {
  const has = (await command(['strace', '-V'])).code === 0;
  const { cwd, env, file } = options;
  if (!has) return { ...(await command(argv, { cwd, env })), kernel: null };
  const strace = ['strace', '-f', '-qq', '-s', '4000', '-e', `trace=execve,${CHANGES.join(',')}`, '-e', 'signal=none'];
  const ran = await command([...strace, '-o', file, '--', ...argv], { cwd, env });
  const lines = joined((await readFile(file, 'utf8')).split('\n')).filter((line) => !/= -1 E/.test(line));
  return {
    ...ran,
    kernel: {
      started: lines.flatMap((line) => {
        const list = /^execve\("[^"]*", \[(.*?)\](?:\.\.\.)?, 0x/.exec(line)?.[1];
        return list === undefined ? [] : [words(list)];
      }),
      wrote: lines.filter(
        (line) => !line.startsWith('execve') && !(/^open/.test(line) && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line)),
      ),
    },
  };
}

/** A command line out of strace's list of arguments, the program by its name. */
function words(list: string): string {
  const all = [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((word) => word[1] ?? '');
  return all.join(' ').replace(/^\S*\//, '');
}

/** A call that another thread interrupted stands on two lines; here it is one again. */
function joined(lines: readonly string[]): readonly string[] {
  const begun = new Map<string, string>();
  const whole: string[] = [];
  for (const line of lines) {
    const match = /^(\d+) +(.*)$/.exec(line);
    if (match === null) continue;
    const [, pid = '', text = ''] = match;
    if (/^(\+\+\+|---|\?\?\?)/.test(text)) continue;
    if (text.endsWith('<unfinished ...>')) {
      begun.set(pid, text.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    if (resumed === null) whole.push(text);
    else whole.push(`${begun.get(pid) ?? ''}${resumed[1] ?? ''}`);
  }
  return whole;
}
