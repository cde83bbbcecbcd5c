import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { runCommand } from '../../procedure/machine/exec.ts';
import { pipeCommands } from '../../procedure/machine/pipe.ts';
import { chainOf } from '../catalogue/chain.ts';
import type { FullBackup, Segment } from '../catalogue/record.ts';
import { emptyState, parseGtidState } from '../replay/gtid.ts';
import { readChain, replay } from '../replay/replay.ts';
import { type ReplayAccess, replayArguments } from '../replay/server.ts';
import { type Repository, resolved, resticVariables } from '../restic/repository.ts';
import type { Session } from '../take/session.ts';
import { compared, dumpCommand, lastLine, unreadable, type Verdict } from '../verify/restore.ts';
import { PLACE_FILE, placeIn, prepareArguments } from './tool.ts';

/** From the repository back to a data directory on which a server starts, and forward to the place at which its rows were summed up. */

export interface LayOptions {
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** mbstream. */
  readonly unpack: string;
}

/** Unpacks the files of a physical backup into an empty directory, and compares what came with what was stored. @throws ProblemError where nothing can be said of the backup */
export async function layPhysical(full: FullBackup, data: string, options: LayOptions): Promise<Verdict> {
  const { repository, secrets, clock, signal, unpack } = options;
  const hash = createHash('sha256');
  let bytes = 0;
  const { from, to } = await pipeCommands(
    {
      from: dumpCommand(repository, secrets, full.snapshot, full.file),
      to: {
        argv:
          // Without --ignore-zeros tar would not wait for the end of its input.
          full.server.family === 'mariadb'
            ? [unpack, '--extract', `--directory=${data}`]
            : ['tar', '--extract', '--ignore-zeros', '--no-same-owner', `--directory=${data}`],
      },
      onChunk: (chunk) => {
        bytes += chunk.length;
        hash.update(chunk);
      },
      signal,
    },
    clock,
  );
  if (to?.exitCode === 127) throw new ProblemError(noUnpacker(unpack, to.stderr));
  if (from.exitCode !== 0 && (to === null || to.exitCode === 0)) return unreadable(repository, from);
  const digest = hash.digest('hex');
  if (to !== null && to.exitCode !== 0)
    return { kind: 'suspect', why: `it cannot be unpacked: ${lastLine(to.stderr) || lastLine(from.stderr)}` };
  if (digest !== full.sha256 || bytes !== full.bytes)
    return {
      kind: 'suspect',
      why: `${bytes} bytes with SHA-256 ${digest} came back, ${full.bytes} with ${full.sha256} were stored`,
    };
  return await samePlace(full, data);
}

/** What the tool itself wrote is what the chain of logs goes on from. */
async function samePlace({ server, coordinates }: FullBackup, data: string): Promise<Verdict> {
  if (server.family === 'mysql') return { kind: 'agrees' };
  const text = await readFile(join(data, PLACE_FILE), 'utf8').catch(() => '');
  const place = placeIn(text);
  return place?.file === coordinates?.file && place?.position === coordinates?.position
    ? { kind: 'agrees' }
    : { kind: 'suspect', why: `its files stand at ${text.trim() || 'no place'}, not where the catalogue says` };
}

/** Command that puts unpacked files in order before a server starts on them; empty: the server does it itself. Pure. */
export function orderingCommand(full: FullBackup, program: string, data: string): readonly string[] {
  return full.server.family === 'mariadb' ? prepareArguments(program, data) : [];
}

/** A number that no server of ours has: what a server made itself it passes over in a replay. */
const SERVER_ID = 4_000_000_007;

/** Settings without which no server starts on these files, also later. Pure. */
export function fileArguments({ server: { family }, settings }: FullBackup): readonly string[] {
  return Object.entries(settings)
    .filter(([name]) => family === 'mariadb' || name !== 'innodb_undo_tablespaces')
    .map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`);
}

/** Arguments of a throw-away server on these files: as long-lived settings were, and ready for a replay. Pure. */
export function laidArguments(full: FullBackup): readonly string[] {
  const { family } = full.server;
  return [
    ...fileArguments(full),
    ...replayArguments({ family, gtids: true, workers: 2, serverId: SERVER_ID }),
    ...['--max-allowed-packet=1G', '--innodb-buffer-pool-size=128M', '--log-bin-trust-function-creators=ON'],
  ];
}

export interface StartedBackup {
  readonly access: ReplayAccess;
  readonly session: Session;
}

export interface LaidBackup {
  readonly data: string;
  /** Where the logs of the proof may lie. */
  readonly aside: string;
  start(first: readonly string[]): Promise<StartedBackup>;
  close(): Promise<void>;
}

export interface ProveOptions extends LayOptions {
  readonly full: FullBackup;
  readonly segments: readonly Segment[];
  /** mariadb-backup. */
  readonly program: string;
  lay(words: readonly string[]): Promise<LaidBackup>;
}

/**
 * Restores it, starts a server on it, replays the logs up to the place at which the rows were summed up, and compares.
 * @throws ProblemError where nothing can be said of the backup: no key, no repository, no program, logs that are not stored yet
 */
export async function verifyPhysical(options: ProveOptions): Promise<Verdict> {
  const { full, program, signal } = options;
  const proof = proofSegments(full, options.segments);
  const laid = await options.lay(laidArguments(full));
  try {
    const verdict = await layPhysical(full, laid.data, options);
    if (verdict.kind !== 'agrees') return verdict;
    const fetched = await fetchProof(proof, laid.aside, options);
    if (fetched.kind !== 'agrees') return fetched;
    const started = await laid
      .start(orderingCommand(full, program, laid.data))
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (typeof started === 'string') return { kind: 'suspect', why: `no server starts on it: ${started}` };
    const forward = await bringForward(full, started, fetched.paths, options);
    return forward.kind === 'agrees' ? await compared(full, started.session, signal) : forward;
  } finally {
    await laid.close();
  }
}

/** Logs from the place of the files to that of the sums; a chain that ends before it proves nothing. Pure. @throws ProblemError */
export function proofSegments(full: FullBackup, segments: readonly Segment[]): readonly Segment[] {
  const { segments: held, ends } = chainOf({ ...full, state: 'stored' }, segments);
  const at = held.findIndex(({ file }) => file === full.summedAt?.file);
  if (at >= 0) return held.slice(0, at + 1);
  throw new ProblemError({
    code: 'backup.proof-not-stored',
    where: full.id,
    found: `binary logs up to ${held.at(-1)?.file ?? 'none'}${ends === null ? '' : ` (${ends})`}`,
    expected: `all from ${full.coordinates?.file ?? ''} to ${full.summedAt?.file ?? ''}: at its end the rows were summed up`,
    remedy: 'run `shiplock backup run --incremental`; where a log is lost for good, take a full backup',
  });
}

type Fetched = { readonly kind: 'agrees'; readonly paths: readonly string[] } | Exclude<Verdict, { kind: 'agrees' }>;

/** The same bytes that were stored, as files under the names that the server gave them. */
async function fetchProof(
  segments: readonly Segment[],
  directory: string,
  { repository, secrets, clock, signal }: Omit<LayOptions, 'unpack'>,
): Promise<Fetched> {
  const paths: string[] = [];
  for (const { snapshot, file, sha256 } of segments) {
    const { exitCode, stderr } = await runCommand(
      {
        argv: [
          ...[repository.program, '--no-lock', '--no-cache', 'restore', snapshot],
          ...['--target', directory, '--include', `/${file}`],
        ],
        env: resolved(resticVariables(repository), secrets),
        signal,
      },
      clock,
    );
    if (exitCode !== 0) {
      const verdict = unreadable(repository, { exitCode, stderr });
      if (verdict.kind !== 'agrees') return { kind: 'suspect', why: `${file}, by which it is proven: ${verdict.why}` };
    }
    const path = join(directory, file);
    const digest = await digestOf(path).catch(() => 'none');
    if (digest !== sha256)
      return {
        kind: 'suspect',
        why: `${file}, by which it is proven, came back with SHA-256 ${digest}, not ${sha256}`,
      };
    paths.push(path);
  }
  return { kind: 'agrees', paths };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (Buffer.isBuffer(chunk)) hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Base of a replay behind these files. Null: ids that cannot be read. Pure. */
export function baseOf({ server: { family }, coordinates }: FullBackup) {
  if (coordinates === null) return null;
  const { file, position, gtid } = coordinates;
  const gtids = gtid === null ? emptyState(family) : parseGtidState(gtid, family);
  return gtids === null ? null : { gtids, place: { file, position } };
}

async function bringForward(
  full: FullBackup,
  { access, session }: StartedBackup,
  paths: readonly string[],
  { clock, signal }: LayOptions,
): Promise<Verdict> {
  const base = baseOf(full);
  if (base === null) return { kind: 'suspect', why: `ids that cannot be read: ${full.coordinates?.gtid ?? 'none'}` };
  if (full.server.family === 'mariadb') {
    // Its files know no ids but those that it had as a replica.
    const told = await session.tell(`SET GLOBAL gtid_slave_pos = '${full.coordinates?.gtid ?? ''}'`);
    if (!told.ok) return { kind: 'suspect', why: told.message };
  }
  try {
    const chain = await readChain(paths);
    await replay({ access, base, chain, target: { kind: 'end' } }, { clock, signal });
    return { kind: 'agrees' };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem] = error.problems;
    return { kind: 'suspect', why: `the logs behind it cannot be replayed: ${problem?.found ?? error.message}` };
  }
}

function noUnpacker(program: string, said: string) {
  return {
    code: 'backup.no-program',
    where: program,
    found: said,
    expected: 'the program that unpacks a physical backup: mbstream for MariaDB, tar for MySQL',
    remedy: 'install it, or name it in `backup.programs.unpack`',
  };
}
