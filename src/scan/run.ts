import { access, constants, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Clock, CommandResult, Exec } from '../model/ports.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { ScannerId } from './ids.ts';
import { isolationHere, scannerVariables, type Wrapper } from './isolate.ts';
import { type Call, GarbledOutput, type Scanner, type ScannerSettings } from './scanner.ts';
import { scanners } from './scanners/index.ts';
import { treeOf } from './tree.ts';
import type { RawFinding, ScanEnd, ScannerRun, Tree } from './types.ts';

/** Runs scanners beside each other. Whatever keeps one from its work is an answer: `not-scanned`, never "nothing found". */

export interface ScanRequest {
  readonly tree: Tree;
  /** Scanners that are asked; the others are `off`. */
  readonly wanted: readonly ScannerId[];
  readonly settings: Omit<ScannerSettings, 'support'>;
  /** Milliseconds that one scanner may take in all. */
  readonly timeoutMs: number;
  readonly exec: Exec;
  readonly clock: Clock;
  /** Where programs are looked for. */
  readonly path: string;
  /** Told of each scanner that has ended. */
  readonly onEnd?: (run: ScannerRun) => void;
}

/** All scanners; each with how it ended. */
export async function runScanners(request: ScanRequest): Promise<readonly ScannerRun[]> {
  const { clock, wanted, onEnd } = request;
  const wrapper = await isolationHere(request.exec);
  const scratch = await mkdtemp(join(tmpdir(), 'shiplock-scan-'));
  try {
    return await Promise.all(
      Object.values(scanners).map(async (scanner): Promise<ScannerRun> => {
        const begun = clock.monotonic();
        const end = wanted.includes(scanner.id)
          ? await scanWith(scanner, { ...request, wrapper, scratch: join(scratch, scanner.id) })
          : { kind: 'off' as const };
        const run = { scanner: scanner.id, subject: scanner.subject, end, took: clock.monotonic() - begun };
        onEnd?.(run);
        return run;
      }),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type One = ScanRequest & { readonly wrapper: Wrapper; readonly scratch: string };

async function scanWith(scanner: Scanner, request: One): Promise<ScanEnd> {
  const { tree, exec, path, scratch } = request;
  const settings = { ...request.settings, support: join(scratch, 'support') };
  const calls = scanner.calls(tree, settings);
  if (calls.length === 0) return { kind: 'nothing-there' };
  const program = await findProgram(scanner.program, path);
  if (program === null) return missing(scanner);
  const ask = asker(scanner, program, settings, request);
  try {
    await write(settings.support, scanner.support);
    for (const [name, target] of Object.entries(scanner.links?.(settings) ?? {}))
      await symlink(target, join(settings.support, name));
    const version = await versionOf(scanner, program, exec);
    await believe(scanner, settings, ask, { scratch, files: tree.files });
    const findings: RawFinding[] = [];
    for (const [nth, call] of calls.entries())
      findings.push(
        ...scanner.read(await ask(call.argv, await placeOf(call, tree, join(scratch, `alone-${nth}`))), call, tree),
      );
    return { kind: 'scanned', findings, version };
  } catch (error) {
    return notScanned(scanner, error, request.timeoutMs);
  }
}

/** Where a call is made: in the tree, or in a copy of the few files that it may see. */
async function placeOf({ alone, directory = '.' }: Call, tree: Tree, copy: string): Promise<string> {
  if (alone === undefined) return join(tree.root, directory);
  for (const file of alone) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await copyFile(join(tree.root, file), join(copy, file));
  }
  return join(copy, directory);
}

type Ask = (argv: readonly string[], cwd: string) => Promise<CommandResult>;

/** Asks with what is left of the scanner's time. */
function asker(
  scanner: Scanner,
  program: string,
  settings: ScannerSettings,
  { wrapper, exec, clock, timeoutMs }: One,
): Ask {
  const network = scanner.network(settings);
  const until = clock.monotonic() + timeoutMs;
  return (argv, cwd) =>
    exec.read(wrapper.wrap([program, ...argv.slice(1)], network), {
      cwd,
      env: scannerVariables(scanner.variables, network),
      timeoutMs: Math.max(1, until - clock.monotonic()),
    });
}

/** It must find what was put there to be found: a scanner without its rules says that all is well. */
async function believe(
  scanner: Scanner,
  settings: ScannerSettings,
  ask: Ask,
  { scratch, files: real }: { readonly scratch: string; readonly files: readonly string[] },
): Promise<void> {
  const witness = scanner.witnessFor?.(real) ?? scanner.witness;
  const files = Object.keys(witness);
  if (files.length === 0) return;
  const root = join(scratch, 'witness');
  await write(root, witness);
  const tree = treeOf(root, files);
  for (const [nth, call] of scanner.calls(tree, { ...settings, repository: null, commits: null }).entries()) {
    const place = await placeOf(call, tree, join(scratch, `witness-alone-${nth}`));
    const said = scanner.read(await ask(call.argv, place), call, tree);
    if (said.length === 0)
      throw new GarbledOutput('nothing found in a file with a known fault: it works without its rules');
  }
}

async function versionOf(scanner: Scanner, program: string, exec: Exec): Promise<string> {
  const { stdout, stderr } = await exec.read([program, ...scanner.version.slice(1)], {
    timeoutMs: 20_000,
    env: scannerVariables(scanner.variables, false),
  });
  return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(`${stdout}\n${stderr}`)?.[1] ?? 'unknown';
}

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** A program on PATH; null: it is not there. Absolute places only: a program must not come from the tree that is scanned. */
export async function findProgram(program: string, path: string): Promise<string | null> {
  for (const directory of path.split(':').filter(isAbsolute)) {
    const file = join(directory, program);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}

function missing({ id, program, install }: Scanner): ScanEnd {
  const problem: Problem = {
    code: 'scan.no-scanner',
    where: id,
    found: `no program \`${program}\` on PATH`,
    expected: 'the scanner, since there is something for it here',
    remedy: `${install}; or write \`scan.scanners.${id}: off\``,
  };
  return { kind: 'not-scanned', problem };
}

function notScanned({ id }: Scanner, error: unknown, timeoutMs: number): ScanEnd {
  const said = error instanceof Error ? error.message : String(error);
  const late = error instanceof ProblemError && error.problems.some(({ code }) => code === 'procedure.timeout');
  const problem: Problem = {
    code: late ? 'scan.timeout' : error instanceof GarbledOutput ? 'scan.garbled' : 'scan.failed',
    where: id,
    found: late ? `no end after ${Math.round(timeoutMs / 1000)} s` : said,
    expected: 'a scanner that does its work: nobody knows whether anything is wrong',
    remedy: late
      ? 'raise `scan.timeout`, or look at what it does'
      : `run it by hand; \`scan.scanners.${id}: optional\` lets a release go on without it`,
  };
  return { kind: 'not-scanned', problem };
}
