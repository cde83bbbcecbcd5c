import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Exec } from '../model/ports.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { BuiltInSettings } from './builtin/builtin.ts';
import { builtInSettings, defaultScanConfig } from './config.ts';
import { cvesOf, staleData, withExploitability } from './given/exploitability.ts';
import { loadExploitability, loadSarif, loadVex, textOf } from './given/load.ts';
import type { ScannerId } from './ids.ts';
import type { ScanInputs } from './inputs.ts';
import { judge, type ScanPolicy, type ScanResult } from './judge.ts';
import { licenceRun } from './licences/licences.ts';
import { mergeFindings } from './merge.ts';
import { isBelow } from './paths.ts';
import { runScanners } from './run.ts';
import { copyTree, lineReader, treeOf } from './tree.ts';
import type { ScanEnd, ScanFinding, ScannerRun, Tree } from './types.ts';
import { withVex } from './vex/statements.ts';

/** The whole of it: files → scanners → findings → what they mean. */

export interface ScanOptions {
  /** Directory that is scanned, absolute. */
  readonly directory: string;
  /** What is new is asked against this commit of git; null: everything counts. */
  readonly base: string | null;
  readonly wanted: readonly ScannerId[];
  /** False: only a part of the scanners was asked for, so that nobody knows whether a waiver is of use. */
  readonly whole: boolean;
  readonly policy: ScanPolicy;
  readonly timeoutMs: number;
  /** Look through all commits for secrets. */
  readonly history: boolean;
  /** Go vulnerability database, absolute; null: vuln.go.dev. */
  readonly vulnerabilities: string | null;
  readonly exclude: readonly string[];
  /** For the checks of our own; left out: their defaults. */
  readonly builtIn?: BuiltInSettings;
  /** Databases, and what other tools and other people say; of a configuration: `inputsOf`. */
  readonly inputs: ScanInputs;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  readonly path: string;
  readonly exec: Exec;
  readonly clock: Clock;
  readonly onEnd?: (run: ScannerRun) => void;
  /** Ends scanners with all that they have started. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * @throws ProblemError when the base is no commit
 * @throws the reason of the signal once it is aborted, when no scanner works any more
 */
export async function scan(given: ScanOptions): Promise<ScanResult> {
  const { directory, base, signal } = given;
  // A scanner is no child that ends with its parent: it has a group of its own.
  const exec = signal === undefined ? given.exec : stoppable(given.exec, signal);
  const options = { ...given, exec };
  const from = base === null ? null : await mergeBase(exec, directory, base);
  const repository = options.history ? await repositoryOf(exec, directory) : null;
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'shiplock-tree-')));
  try {
    const commits = from === null ? null : `${from}..HEAD`;
    const source = from === null ? null : await baseFiles(options, from, scratch);
    const old = from === null ? null : await treeBefore(options, source, scratch);
    const now = await look(
      options,
      directory,
      join(scratch, 'now'),
      { repository, commits, before: old },
      options.onEnd,
    );
    signal?.throwIfAborted();
    // Who has found nothing now has nothing to compare.
    const found = new Set(now.runs.flatMap(({ scanner, end }) => (saidSomething(end) ? [scanner] : [])));
    const wanted = options.wanted.filter((id) => found.has(id));
    const before = from === null ? null : await lookBefore({ ...options, wanted }, source, scratch);
    signal?.throwIfAborted();
    const known = before === null ? null : new Set(before.findings.map(({ fingerprint }) => fingerprint));
    const { findings, faults, warnings } = await weighed(now.findings, options);
    return judge(findings, [...now.runs, ...faults], options.policy, {
      ...{ today: options.today, whole: options.whole, base: known, warnings },
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Commands that end when the signal says so. */
function stoppable(exec: Exec, signal: AbortSignal): Exec {
  return {
    read: (argv, options = {}) => {
      const { signal: own } = options;
      return exec.read(argv, { ...options, signal: own === undefined ? signal : AbortSignal.any([own, signal]) });
    },
  };
}

/** Findings with what others say of them: whether they are exploited, and whether they matter here. */
async function weighed(
  findings: readonly ScanFinding[],
  { inputs, clock }: ScanOptions,
): Promise<{
  readonly findings: readonly ScanFinding[];
  readonly faults: readonly ScannerRun[];
  readonly warnings: readonly Problem[];
}> {
  const { statements, faults } = await loadVex(inputs.vex);
  const spoken = findings.map((finding) => withVex(finding, statements));
  const files = inputs.exploitability;
  if (files === null) return { findings: spoken, faults, warnings: [] };
  const loaded = await loadExploitability(files, cvesOf(findings));
  const names = {
    ...(files.epss === undefined ? {} : { epss: files.epss.name }),
    ...(files.kev === undefined ? {} : { kev: files.kev.name }),
  };
  return {
    findings: spoken.map((finding) => withExploitability(finding, loaded.data)),
    faults: [...faults, ...loaded.faults],
    warnings: staleData(loaded.data, names, { now: clock.now(), maxAge: files.maxAge }),
  };
}

function saidSomething(end: ScanEnd): boolean {
  return end.kind === 'scanned' && end.findings.length > 0;
}

interface Looked {
  readonly findings: readonly ScanFinding[];
  readonly runs: readonly ScannerRun[];
}

async function look(
  options: ScanOptions,
  directory: string,
  into: string,
  {
    before,
    ...git
  }: { readonly repository: string | null; readonly commits: string | null; readonly before: Tree | null },
  onEnd?: (run: ScannerRun) => void,
): Promise<Looked> {
  const { exec, clock, wanted, timeoutMs, vulnerabilities, exclude, path, inputs, signal } = options;
  const { osv, npmRegistry, kubernetesSchemas, semgrepRules, trivy } = inputs;
  // They were built of what is here now: the base has none.
  const images = directory === options.directory ? inputs.images : [];
  await mkdir(into, { recursive: true });
  const tree = await copyTree(exec, { directory, into, exclude });
  const ran = await runScanners({
    ...{ tree, before, wanted, timeoutMs, exec, clock, path, signal },
    builtIn: options.builtIn ?? builtInSettings(defaultScanConfig()),
    images,
    settings: { vulnerabilities, osv, npmRegistry, kubernetesSchemas, semgrepRules, trivy, ...git },
    ...(onEnd === undefined ? {} : { onEnd }),
  });
  const runs = [...ran, ...(await licences(tree, inputs)), ...(await logs(options, directory))];
  const raw = runs.flatMap(({ end }) => (end.kind === 'scanned' ? end.findings : []));
  const left = raw.filter(({ file }) => file === undefined || !exclude.some((one) => isBelow(file, one)));
  return {
    findings: mergeFindings(
      left,
      lineReader(tree, (file) => readFileSync(file, 'utf8')),
    ),
    runs,
  };
}

async function licences(tree: Tree, { licences: wanted }: ScanInputs): Promise<readonly ScannerRun[]> {
  if (wanted === null) return [];
  const bills = await Promise.all(
    wanted.materials.map(async ({ name, path }) => {
      const read = await textOf(path);
      return { name, text: 'why' in read ? undefined : read.text };
    }),
  );
  return [licenceRun(tree, bills, wanted.policy)];
}

/** What others have found is about what is here now, not about the base: such a log says itself what is new. */
async function logs({ inputs, exec, directory }: ScanOptions, looked: string): Promise<readonly ScannerRun[]> {
  if (inputs.sarif.length === 0 || looked !== directory) return [];
  const head = await exec
    .read(['git', '-C', directory, 'rev-parse', 'HEAD'])
    .catch(() => ({ exitCode: 127, stdout: '' }));
  return loadSarif(inputs.sarif, { directory, head: head.exitCode === 0 ? head.stdout.trim() : null });
}

/** The files that the base has; null: the directory was not there. */
async function baseFiles(options: ScanOptions, commit: string, scratch: string): Promise<string | null> {
  const { exec, directory } = options;
  const source = join(scratch, 'base-source');
  const file = join(scratch, 'base.tar');
  await mkdir(source, { recursive: true });
  const prefix = await exec.read(['git', '-C', directory, 'rev-parse', '--show-prefix']);
  const packed = await exec.read(
    ['git', '-C', directory, 'archive', '--format=tar', `--output=${file}`, `${commit}:${prefix.stdout.trim()}`],
    { timeoutMs: 120_000 },
  );
  if (packed.exitCode !== 0) return null;
  await exec.read(['tar', '-x', '-f', file, '-C', source], { timeoutMs: 120_000 });
  return source;
}

/** For those who compare what is used: all of it is new where there is nothing. */
async function treeBefore({ exec, exclude }: ScanOptions, source: string | null, scratch: string): Promise<Tree> {
  const into = join(scratch, 'before');
  await mkdir(into, { recursive: true });
  return source === null ? treeOf(into, []) : copyTree(exec, { directory: source, into, exclude });
}

/** The same look at the files that the base has. What cannot be looked at there counts as new. */
async function lookBefore(options: ScanOptions, source: string | null, scratch: string): Promise<Looked> {
  if (source === null || options.wanted.length === 0) return { findings: [], runs: [] };
  return look(options, source, join(scratch, 'base'), { repository: null, commits: null, before: null });
}

async function mergeBase(exec: Exec, directory: string, base: string): Promise<string> {
  const { exitCode, stdout, stderr } = await exec.read(['git', '-C', directory, 'merge-base', '--', base, 'HEAD']);
  if (exitCode === 0) return stdout.trim();
  throw new ProblemError({
    code: 'cli.usage',
    where: '--base',
    found: `${base}: ${stderr.trim().split('\n')[0] || 'no commit in common'}`,
    expected: 'a branch or commit that this one comes from',
    remedy: 'fetch it with its history first, for instance `git fetch origin main`',
  });
}

/** The whole repository that a directory lies in; null: it lies in none. */
export async function repositoryOf(exec: Exec, directory: string): Promise<string | null> {
  const asked = await exec
    .read(['git', '-C', directory, 'rev-parse', '--show-toplevel'])
    .catch(() => ({ exitCode: 127, stdout: '' }));
  return asked.exitCode === 0 ? asked.stdout.trim() : null;
}
