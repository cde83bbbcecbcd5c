import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Exec } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';
import type { ScannerId } from './ids.ts';
import { judge, type ScanPolicy, type ScanResult } from './judge.ts';
import { mergeFindings } from './merge.ts';
import { isBelow } from './paths.ts';
import { runScanners } from './run.ts';
import { copyTree, lineReader } from './tree.ts';
import type { ScanEnd, ScanFinding, ScannerRun } from './types.ts';

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
    const now = await look(options, directory, join(scratch, 'now'), { repository, commits }, options.onEnd);
    // Who has found nothing now has nothing to compare.
    const found = new Set(now.runs.flatMap(({ scanner, end }) => (saidSomething(end) ? [scanner] : [])));
    const wanted = options.wanted.filter((id) => found.has(id));
    const before = from === null ? null : await lookBefore({ ...options, wanted }, from, scratch);
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
  git: { readonly repository: string | null; readonly commits: string | null },
  onEnd?: (run: ScannerRun) => void,
): Promise<Looked> {
  const { exec, clock, wanted, timeoutMs, vulnerabilities, exclude, path } = options;
  await mkdir(into, { recursive: true });
  const tree = await copyTree(exec, { directory, into, exclude });
  const runs = await runScanners({
    ...{ tree, wanted, timeoutMs, exec, clock, path },
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

/** The same look at the files that the base has. What cannot be looked at there counts as new. */
async function lookBefore(options: ScanOptions, commit: string, scratch: string): Promise<Looked> {
  const { exec, directory } = options;
  const source = join(scratch, 'base-source');
  const file = join(scratch, 'base.tar');
  await mkdir(source, { recursive: true });
  const prefix = await exec.read(['git', '-C', directory, 'rev-parse', '--show-prefix']);
  const packed = await exec.read(
    ['git', '-C', directory, 'archive', '--format=tar', `--output=${file}`, `${commit}:${prefix.stdout.trim()}`],
    { timeoutMs: 120_000 },
  );
  // The directory may not have been there: then everything is new.
  if (packed.exitCode !== 0) return { findings: [], runs: [] };
  await exec.read(['tar', '-x', '-f', file, '-C', source], { timeoutMs: 120_000 });
  return look(options, source, join(scratch, 'base'), { repository: null, commits: null });
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
