import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command, type Ended } from './command.ts';
import { type Counts, countAgain, countGo, countVitest, failedFiles, none, skippedIn, slowestIn } from './counts.ts';

/** One part of `npm test`. */
export interface Stage {
  readonly name: string;
  /** Whether it needs the programs that set-up provides. */
  readonly needsPrograms: boolean;
  /** Whether it runs beside the stage before it: both mostly wait. */
  readonly beside: boolean;
  /** Whether it counts tests; a stage that does not is one failure when it fails, and nothing when it passes. */
  readonly counts: boolean;
  run(options: StageOptions): Promise<StageEnd>;
}

export interface StageOptions {
  /** Write to the terminal while running. */
  readonly live: boolean;
  /** Passed on to the test runner, to choose files. */
  readonly filters: readonly string[];
}

export interface StageEnd extends Ended {
  readonly counts: Counts;
  /** There is nothing to check yet (no test file, no module). */
  readonly absent: boolean;
  /** The names of the tests that did not run. */
  readonly skipped?: readonly string[];
  /** The files that took longest, with their seconds: where an hour of work on the tests is spent best. */
  readonly slowest?: ReturnType<typeof slowestIn>;
  /** Files that failed in company and were run again by themselves, and what was said before the last time. */
  readonly again?: { readonly files: readonly string[]; readonly said: string };
}

const root = join(import.meta.dirname, '..', '..');

export const stages: readonly Stage[] = [
  // Under CI=true biome colours its output even where nobody can see colours.
  check('lint', () => ['biome', 'ci', '--colors=off', '.']),
  check('shell', async () => ['shellcheck', ...(await shellScripts())], true),
  check('types', () => ['tsc', '--noEmit', '-p', '.']),
  check('arrows', () => ['node', '--disable-warning=ExperimentalWarning', 'scripts/arrows.ts']),
  check('bundles', () => ['node', '--disable-warning=ExperimentalWarning', 'scripts/build.ts', '--check']),
  check('docs', () => ['node', '--disable-warning=ExperimentalWarning', 'scripts/action-docs.ts', '--check']),
  check('sop', () => ['node', '--disable-warning=ExperimentalWarning', 'scripts/runbook-docs.ts', '--check']),
  tier('unit', false),
  { name: 'go', needsPrograms: true, beside: false, counts: true, run: goTests },
  tier('integration', true),
  tier('e2e', true),
  { ...tier('cluster', true, 'test/e2e/kubernetes-*.test.ts'), beside: true },
  tier('timed', true, 'test/e2e/**/*.test.ts'),
];

function check(name: string, argv: () => readonly string[] | Promise<readonly string[]>, needsPrograms = false): Stage {
  const run = async ({ live }: StageOptions): Promise<StageEnd> => {
    const ended = await command(await argv(), { cwd: root, live });
    return { ...ended, absent: false, counts: ended.code === 0 ? none : { passed: 0, failed: 1 } };
  };
  return { name, needsPrograms, beside: false, counts: false, run };
}

/** Every shell script of ours, by its name or by its first line. */
async function shellScripts(): Promise<readonly string[]> {
  const { output } = await command(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    live: false,
  });
  const scripts: string[] = [];
  for (const path of output.split('\0').filter((one) => one !== '')) {
    if (!/(\.sh|\/[^./]+)$/.test(`/${path}`)) continue;
    const text = await readFile(join(root, path), 'utf8').catch(() => '');
    if (/^#!.*\b(sh|bash|dash)\b/.test(text)) scripts.push(path);
  }
  return scripts;
}

function tier(name: string, needsPrograms: boolean, files = `test/${name}/**/*.test.ts`): Stage {
  const run = async ({ live, filters }: StageOptions): Promise<StageEnd> => {
    if (!(await hasTests(name, files))) return { code: 0, output: '', counts: none, absent: true };
    const first = await vitest(name, filters, live);
    const skipped = skippedIn(first.report);
    // A person who looks on tries again by hand. Pure code that fails once in a while is at fault, whatever runs beside it.
    const end = await lookedAgain(name, first, live || name === 'unit' ? 0 : LOOKS);
    return {
      ...end.ended,
      absent: false,
      counts: end.counts,
      skipped,
      slowest: needsPrograms ? slowestIn(first.report, 8) : [],
      ...(end.files.length === 0 ? {} : { again: end }),
    };
  };
  return { name, needsPrograms, beside: false, counts: true, run };
}

/** How often the few files that failed are run again by themselves: each time those that failed the time before. */
const LOOKS = 2;

interface Looked {
  readonly ended: Ended;
  readonly counts: Counts;
  readonly files: readonly string[];
  readonly said: string;
}

async function lookedAgain(name: string, before: Vitest, looks: number): Promise<Looked> {
  const counts = countVitest(before.report, before.ended.code);
  const files = looks === 0 || counts.failed === 0 ? [] : failedFiles(before.report);
  if (files.length === 0) return { ended: before.ended, counts, files, said: '' };
  const next = await lookedAgain(name, await vitest(name, files, false), looks - 1);
  const said = next.said === '' ? before.ended.output : `${before.ended.output.trimEnd()}\nonce more:\n${next.said}`;
  return { ended: next.ended, counts: countAgain(before.report, next.counts), files, said };
}

interface Vitest {
  readonly ended: Ended;
  readonly report: string | null;
}

async function vitest(project: string, filters: readonly string[], live: boolean): Promise<Vitest> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-test-'));
  try {
    const file = join(dir, 'report.json');
    const argv = ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'];
    const ended = await command([...argv, `--outputFile.json=${file}`, ...filters], { cwd: root, live });
    return { ended, report: await readFile(file, 'utf8').catch(() => null) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function hasTests(name: string, files: string): Promise<boolean> {
  const pattern = name === 'unit' ? 'test/**/*.test.ts' : files;
  const exclude = name === 'unit' ? ['integration', 'e2e', 'soak', 'bench'].map((other) => `test/${other}/**`) : [];
  return someFile(pattern, root, exclude);
}

async function someFile(pattern: string, cwd: string, exclude: readonly string[]): Promise<boolean> {
  for await (const _file of glob(pattern, { cwd, exclude })) return true;
  return false;
}

/** The Go tests of the examples, module by module. */
async function goTests({ live }: StageOptions): Promise<StageEnd> {
  let end: StageEnd = { code: 0, output: '', counts: none, absent: true };
  for await (const file of glob('examples/**/go.mod', { cwd: root, exclude: ['**/node_modules'] })) {
    const cwd = join(root, dirname(file));
    if (!(await someFile('**/*_test.go', cwd, []))) continue;
    const ended = await command(['go', 'test', '-json', './...'], { cwd, live: false });
    const { counts, output } = countGo(ended.output, ended.code);
    if (live) process.stdout.write(output);
    end = {
      code: end.code === 0 ? ended.code : end.code,
      output: end.output + output,
      counts: { passed: end.counts.passed + counts.passed, failed: end.counts.failed + counts.failed },
      absent: false,
    };
  }
  return end;
}
