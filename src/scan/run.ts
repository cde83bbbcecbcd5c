import { access, constants, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Clock, CommandResult, Exec } from '../model/ports.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import { unlessAborted } from '../procedure/machine/deadline.ts';
import { httpClient } from '../procedure/machine/http-client.ts';
import type { BuiltIn, BuiltInSettings } from './builtin/builtin.ts';
import { builtIns } from './builtin/index.ts';
import { checkAge } from './dated.ts';
import type { ScannerId } from './ids.ts';
import { imageArchives } from './images/archive.ts';
import type { GivenFile } from './inputs.ts';
import { isolationHere, scannerVariables, type Wrapper } from './isolate.ts';
import { type Call, GarbledOutput, type Scanner, type ScannerSettings, type Witness } from './scanner.ts';
import { scanners } from './scanners/index.ts';
import { treeOf } from './tree.ts';
import type { ImageArchive, RawFinding, ScanEnd, ScannerRun, Subject, Tree } from './types.ts';

/** Runs scanners beside each other. Whatever keeps one from its work is an answer: `not-scanned`, never "nothing found". */

export interface ScanRequest {
  readonly tree: Tree;
  /** Files of the base; null: there is none. */
  readonly before: Tree | null;
  readonly builtIn: BuiltInSettings;
  /** Scanners that are asked; the others are `off`. */
  readonly wanted: readonly ScannerId[];
  readonly settings: Omit<ScannerSettings, 'support' | 'archives'>;
  readonly images: readonly GivenFile[];
  /** Milliseconds that one scanner may take in all. */
  readonly timeoutMs: number;
  readonly exec: Exec;
  readonly clock: Clock;
  /** Where programs are looked for. */
  readonly path: string;
  /** Told of each scanner that has ended. */
  readonly onEnd?: (run: ScannerRun) => void;
  /** Aborted: nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** All scanners; each with how it ended. */
export async function runScanners(request: ScanRequest): Promise<readonly ScannerRun[]> {
  const { clock, wanted, onEnd } = request;
  const wrapper = await isolationHere(request.exec);
  const scratch = await mkdtemp(join(tmpdir(), 'shiplock-scan-'));
  try {
    const archives = archivesOf(request, join(scratch, 'images'));
    const one = async (
      { id, subject }: { readonly id: ScannerId; readonly subject: Subject },
      scanning: (own: string) => Promise<ScanEnd>,
    ): Promise<ScannerRun> => {
      const begun = clock.monotonic();
      const end = wanted.includes(id) ? await scanning(join(scratch, id)) : { kind: 'off' as const };
      const run = { scanner: id, subject, end, took: clock.monotonic() - begun };
      if (request.signal?.aborted !== true) onEnd?.(run);
      return run;
    };
    return await Promise.all([
      ...Object.values(builtIns).map((check) => one(check, (own) => lookWith(check, request, own))),
      ...Object.values(scanners).map((scanner) =>
        one(scanner, (own) => scanWith(scanner, { ...request, wrapper, archives, scratch: own })),
      ),
    ]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A check of our own: what it cannot read or ask is not scanned, as with any other. */
async function lookWith(check: BuiltIn, request: ScanRequest, scratch: string): Promise<ScanEnd> {
  const { tree, before, builtIn, timeoutMs, exec, clock, signal } = request;
  try {
    await mkdir(scratch, { recursive: true });
    const given = { tree, before, settings: builtIn, scratch, timeoutMs, exec, clock, http: httpClient };
    // What it asks on the network is not waited for.
    const looking = check.look(given);
    const findings = await (signal === undefined ? looking : unlessAborted(signal, looking));
    return findings === null ? { kind: 'nothing-there' } : { kind: 'scanned', findings, version: 'shiplock' };
  } catch (error) {
    return notScanned(check, error, timeoutMs);
  }
}

type Archives = () => Promise<readonly ImageArchive[]>;

type One = ScanRequest & { readonly wrapper: Wrapper; readonly scratch: string; readonly archives: Archives };

async function scanWith(scanner: Scanner, request: One): Promise<ScanEnd> {
  const { tree, path, scratch, clock } = request;
  try {
    const archives = scanner.images === true ? await request.archives() : [];
    const settings = { ...request.settings, archives, support: join(scratch, 'support') };
    const calls = scanner.calls(tree, settings);
    if (calls.length === 0) return { kind: 'nothing-there' };
    const program = await findProgram(scanner.program, path);
    if (program === null) return missing(scanner);
    const dated = scanner.dated?.(settings) ?? null;
    if (dated !== null) await checkAge(dated, clock.now());
    const ask = asker(scanner, program, settings, request);
    await write(settings.support, scanner.support);
    await link(settings.support, scanner.links?.(settings) ?? {});
    const version = await versionOf(scanner, program, request);
    const refused = scanner.refused?.[version];
    if (refused !== undefined) return refusedVersion(scanner, { program, version, why: refused });
    const put = { scratch, settings, ask };
    if (scanner.witnessAfter === undefined)
      await believe(scanner, scanner.witnessFor?.(tree.files) ?? scanner.witness, put);
    const findings: RawFinding[] = [];
    const results: CommandResult[] = [];
    for (const [nth, call] of calls.entries()) {
      const result = await ask(call.argv, await placeOf(call, tree, join(scratch, `alone-${nth}`)));
      results.push(result);
      findings.push(...scanner.read(result, call, tree));
    }
    if (scanner.witnessAfter !== undefined) await believe(scanner, scanner.witnessAfter(results), put);
    return { kind: 'scanned', findings, version };
  } catch (error) {
    return notScanned(scanner, error, request.timeoutMs);
  }
}

/** Images in the form that scanners read, each in a directory of its own: made once, for all who look into them. */
function archivesOf({ images, exec }: ScanRequest, into: string): Archives {
  const make = async (): Promise<readonly ImageArchive[]> => {
    const archives: ImageArchive[] = [];
    for (const [nth, image] of images.entries())
      archives.push(...(await imageArchives(image, { into: join(into, String(nth)), exec })));
    return archives;
  };
  let made: Promise<readonly ImageArchive[]> | undefined;
  return () => {
    made ??= make();
    return made;
  };
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
      env: { ...scannerVariables(scanner.variables, network), ...scanner.environment?.(settings) },
      timeoutMs: Math.max(1, until - clock.monotonic()),
    });
}

/** It must find what was put there to be found: a scanner without its rules says that all is well. */
async function believe(
  scanner: Scanner,
  witness: Witness,
  { scratch, settings, ask }: { readonly scratch: string; readonly settings: ScannerSettings; readonly ask: Ask },
): Promise<void> {
  const files = Object.keys(witness);
  if (files.length === 0) return;
  const root = join(scratch, 'witness');
  await write(root, witness);
  const tree = treeOf(root, files);
  const archives = scanner.witnessAfter === undefined ? [] : files.map((name) => ({ name, path: join(root, name) }));
  const calls = scanner.calls(tree, { ...settings, archives, repository: null, commits: null });
  const seen = new Set<string | undefined>();
  for (const [nth, call] of calls.entries()) {
    const place = await placeOf(call, tree, join(scratch, `witness-alone-${nth}`));
    const said = scanner.read(await ask(call.argv, place), call, tree);
    // That nothing can be read is also something said.
    const faults = scanner.subject === 'dependencies' ? said.filter((one) => one.package !== undefined) : said;
    if (faults.length === 0)
      throw new GarbledOutput('nothing found in a file with a known fault: it works without its rules');
    for (const { file } of faults) seen.add(file);
  }
  const unseen = scanner.witnessEach === true ? files.find((file) => !seen.has(file)) : undefined;
  if (unseen !== undefined)
    throw new GarbledOutput(
      `nothing found in ${unseen} with a known fault: a part of what it should know is not there`,
    );
}

/** On a machine with much else to do a program of a hundred packages needs half a minute to begin. */
const VERSION_MS = 60_000;

async function versionOf(scanner: Scanner, program: string, { wrapper, exec }: One): Promise<string> {
  // Shut in, too: what is asked here may be the very program that must not be used.
  const { stdout, stderr } = await exec
    .read(wrapper.wrap([program, ...scanner.version.slice(1)], false), {
      timeoutMs: VERSION_MS,
      env: scannerVariables(scanner.variables, false),
    })
    .catch((error: unknown) => {
      throw isTimeout(error) ? new Error(`it has not said its version after ${VERSION_MS / 1000} s`) : error;
    });
  return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(`${stdout}\n${stderr}`)?.[1] ?? 'unknown';
}

/** Links to what it is given, by their paths below its own directory. */
async function link(support: string, links: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, target] of Object.entries(links)) {
    const place = join(support, name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(target, place);
  }
}

async function write(directory: string, files: Witness): Promise<void> {
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

function refusedVersion(
  { id }: Scanner,
  { program, version, why }: { readonly program: string; readonly version: string; readonly why: string },
): ScanEnd {
  const problem: Problem = {
    code: 'scan.bad-version',
    where: id,
    found: `${program} is version ${version}: ${why}`,
    expected: 'a version that its own makers have made, and that does what it should',
    remedy:
      'take the program away, and take it that secrets of machines on which it ran are known to others: change them',
  };
  return { kind: 'not-scanned', problem };
}

/** Problems that say by themselves what keeps a scanner from its work. */
const TOLD: ReadonlySet<string> = new Set(['scan.registry-silent', 'scan.bad-image', 'scan.old-database']);

function isTimeout(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ code }) => code === 'procedure.timeout');
}

function notScanned({ id }: { readonly id: ScannerId }, error: unknown, timeoutMs: number): ScanEnd {
  const own = error instanceof ProblemError ? error.problems.find(({ code }) => TOLD.has(code)) : undefined;
  if (own !== undefined)
    return { kind: 'not-scanned', problem: { ...own, where: id, found: `${own.where}: ${own.found}` } };
  const said = error instanceof Error ? error.message : String(error);
  const late = isTimeout(error);
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
