import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { startGitServer } from '../../scripts/components/git-server.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';

/**
 * Writers that are processes of their own commit to one branch of a bare repository behind a web server, a third of them to the same
 * file; then the branch is compared with what they were told to write.
 */
export interface WritersOptions {
  /** Directory for everything. */
  readonly dir: string;
  readonly writers: number;
  readonly commits: number;
  /**
   * `shared`: ours, all on one machine. `apart`: ours, each with a cache of its own, as on as many machines. `loop`: pull, rebase, push.
   */
  readonly how: 'shared' | 'apart' | 'loop';
  /** Ends the writers of the loop after so long: who competes to the end is measured, and not who is left over. */
  readonly seconds?: number;
}

export interface WritersReport {
  readonly landed: number;
  readonly seconds: number;
  /** Heads that a commit was built on, of all commits; of the loop: pushes. */
  readonly tries: number;
  /** How often the branch moved: pushes that were taken. */
  readonly pushes: number;
  readonly faults: readonly string[];
}

const MAIN = childProgram('commit-writer');
const SHARED = 'apps/shared.yaml';

export async function runWriters(options: WritersOptions): Promise<WritersReport> {
  const { dir, writers, commits, how } = options;
  await using server = await startGitServer(dir);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['--git-dir', server.directory, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  git('config', 'receive.denyNonFastForwards', 'true');
  git('config', 'receive.denyDeletes', 'true');
  git('config', 'core.logAllRefUpdates', 'always');
  const names = Array.from({ length: writers }, (_, n) => `w${String(n).padStart(2, '0')}`);
  const orders = names.map((name, n) => ({
    how: how === 'loop' ? 'loop' : 'ours',
    url: server.url,
    workDir: join(dir, how === 'shared' ? 'machine' : name),
    name,
    file: n % 3 === 0 ? SHARED : `apps/${name}/values.yaml`,
    path: `services.${name}`,
    commits,
  }));
  seed(server.directory, orders);
  for (const { workDir } of orders) mkdirSync(workDir, { recursive: true });
  const children = orders.map((order) => start(JSON.stringify(order)));
  try {
    await Promise.all(children.map(({ ready }) => ready));
    const begun = performance.now();
    for (const { process: child } of children) child.stdin?.write('go\n');
    const all = Promise.all(children.map(({ done }) => done));
    const cut = options.seconds !== undefined && (await isOver(all, options.seconds));
    if (!cut) await all;
    const seconds = (performance.now() - begun) / 1000;
    const pushes = git('reflog', 'show', 'main').trim().split('\n').length;
    return {
      landed: Number(git('rev-list', '--count', 'main')) - 1,
      seconds,
      tries: children.reduce((sum, one) => sum + one.tries(), 0),
      pushes,
      faults: cut ? [] : faultsIn(git, orders, how),
    };
  } finally {
    for (const { process: child } of children) child.kill('SIGKILL');
  }
}

interface Told {
  readonly name: string;
  readonly file: string;
  readonly path: string;
  readonly commits: number;
}

/** Files whose values lie apart from each other, so that a merge of texts never sees a conflict either. */
function seed(directory: string, orders: readonly Told[]): void {
  const texts = new Map<string, string>();
  for (const { name, file } of orders) {
    const before = texts.get(file) ?? '# what serves\nservices:\n';
    texts.set(file, `${before}  # ${name}\n  # and\n  # its version\n  ${name}: v0\n  # end of ${name}\n\n`);
  }
  const files = [...texts].map(([file, text]) => `M 100644 inline ${file}\ndata ${text.length}\n${text}\n`);
  const head = 'commit refs/heads/main\ncommitter Seed <seed@example.org> 1700000000 +0000\ndata 4\nseed\n';
  execFileSync('git', ['--git-dir', directory, 'fast-import', '--quiet'], { input: `${head}${files.join('')}` });
}

function start(order: string): {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly done: Promise<void>;
  readonly tries: () => number;
} {
  const child = spawn(process.execPath, [MAIN, order], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`a writer ended with ${code}: ${said.slice(-2000)}`));
    });
  });
  failed.catch(() => undefined);
  let tries = 0;
  let ready = (): void => undefined;
  let done = (): void => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const isDone = new Promise<void>((resolve) => {
    done = resolve;
  });
  lines.on('line', (line) => {
    if (line === 'ready') ready();
    else if (line === 'try') tries++;
    else {
      tries = Number(/"tries":(\d+)/.exec(line)?.[1]);
      done();
    }
  });
  return {
    process: child,
    ready: Promise.race([isReady, failed]),
    done: Promise.race([isDone, failed]),
    tries: () => tries,
  };
}

/** False when all end in time. */
async function isOver(all: Promise<unknown>, seconds: number): Promise<boolean> {
  const late = new AbortController();
  const over = systemClock.sleep(seconds * 1000, late.signal).then(
    () => true,
    () => false,
  );
  const ended = await Promise.race([over, all.then(() => false)]);
  late.abort();
  return ended;
}

/** What the branch shall hold and does not. */
function faultsIn(
  git: (...args: readonly string[]) => string,
  orders: readonly Told[],
  how: WritersOptions['how'],
): readonly string[] {
  const faults: string[] = [];
  for (const { name, file, commits } of orders) {
    if (!git('show', `main:${file}`).includes(`\n  ${name}: v${commits}\n`))
      faults.push(`${name} is not at v${commits}`);
  }
  const parents = git('log', '--format=%P', 'main').trim().split('\n');
  if (parents.some((line) => line.includes(' '))) faults.push('a commit with two parents');
  if (how === 'loop') return faults;
  const count = new Map<string, number>();
  const format =
    '%(trailers:key=Shiplock-Run,valueonly,separator=%x2C) %(trailers:key=Shiplock-Node,valueonly,separator=%x2C)';
  for (const line of git('log', `--format=${format}`, 'main').trim().split('\n'))
    count.set(line, (count.get(line) ?? 0) + 1);
  for (const { name, commits } of orders) {
    for (let n = 1; n <= commits; n++) {
      const times = count.get(`${name} ${n}`) ?? 0;
      if (times !== 1) faults.push(`${name} ${n} stands on the branch ${times} times`);
    }
  }
  // Each commit changes one line of one file.
  const stats = git('log', '--numstat', '--format=', 'main').trim().split('\n');
  const changed = stats.filter((line) => line.startsWith('1\t1\t')).length;
  const expected = orders.reduce((sum, one) => sum + one.commits, 0);
  if (changed !== expected) faults.push(`${changed} of ${expected} commits change one line`);
  // The branch only ever grew: each push began where the one before it ended.
  const moves = git('reflog', 'show', '--format=%H', 'main').trim().split('\n');
  for (const [newer, older] of moves.slice(0, -1).map((move, n) => [move, moves[n + 1] ?? move] as const)) {
    if (git('merge-base', newer, older).trim() !== older) faults.push(`the branch went back from ${older}`);
  }
  git('fsck', '--strict', '--no-progress');
  return faults;
}
