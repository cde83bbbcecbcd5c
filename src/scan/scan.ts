import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Exec } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';
import type { BuiltInSettings } from './builtin/builtin.ts';
import { builtInSettings, defaultScanConfig } from './config.ts';
import type { ScannerId } from './ids.ts';
import { judge, type ScanPolicy, type ScanResult } from './judge.ts';
import { mergeFindings } from './merge.ts';
import { isBelow } from './paths.ts';
import { runScanners } from './run.ts';
import { copyTree, lineReader, treeOf } from './tree.ts';
import type { ScanEnd, ScanFinding, ScannerRun, Tree } from './types.ts';

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
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  readonly path: string;
  readonly exec: Exec;
  readonly clock: Clock;
  readonly onEnd?: (run: ScannerRun) => void;
}

/** @throws ProblemError when the base is no commit */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const { directory, base, exec } = options;
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
    // Who has found nothing now has nothing to compare.
    const found = new Set(now.runs.flatMap(({ scanner, end }) => (saidSomething(end) ? [scanner] : [])));
    const wanted = options.wanted.filter((id) => found.has(id));
    const before = from === null ? null : await lookBefore({ ...options, wanted }, source, scratch);
    const known = before === null ? null : new Set(before.findings.map(({ fingerprint }) => fingerprint));
    return judge(now.findings, now.runs, options.policy, { today: options.today, whole: options.whole, base: known });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
  const { exec, clock, wanted, timeoutMs, vulnerabilities, exclude, path } = options;
  await mkdir(into, { recursive: true });
  const tree = await copyTree(exec, { directory, into, exclude });
  const runs = await runScanners({
    ...{ tree, before, wanted, timeoutMs, exec, clock, path },
    builtIn: options.builtIn ?? builtInSettings(defaultScanConfig()),
    settings: { vulnerabilities, ...git },
    ...(onEnd === undefined ? {} : { onEnd }),
  });
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
