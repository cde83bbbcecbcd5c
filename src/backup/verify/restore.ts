import { createHash } from 'node:crypto';
import type { Clock, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { type PipeCommand, pipeCommands } from '../../procedure/machine/pipe.ts';
import type { FullBackup, Segment } from '../catalogue/record.ts';
import { type Repository, resolved, resticProblem, resticVariables } from '../restic/repository.ts';
import { likeEachOther, programsOf, type Session, sumsOf, tablesOf } from '../take/session.ts';
import { differences } from './compare.ts';

/** The only proof of a backup: it is restored, and what is then there is compared with what was there. */

/** A server with nothing on it, gone when it is closed. */
export interface ThrowAwayServer {
  readonly socketPath: string;
  readonly session: Session;
  close(): Promise<void>;
}

export interface VerifyOptions {
  readonly full: FullBackup;
  readonly repository: Repository;
  /** `mariadb` or `mysql`. */
  readonly client: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  start(): Promise<ThrowAwayServer>;
}

/** `suspect`: what is stored is not what was stored, or no server takes it. `failed`: it was restored, and is not what was there. */
export type Verdict = { readonly kind: 'agrees' } | { readonly kind: 'suspect' | 'failed'; readonly why: string };

/** Restores it and compares. @throws ProblemError where nothing can be said of the backup: no key, no repository, no server */
export async function verifyFull(options: VerifyOptions): Promise<Verdict> {
  const server = await options.start();
  try {
    return await restoreFull(options, server);
  } finally {
    await server.close();
  }
}

/**
 * Reads it into a server with nothing on it, and compares what is there then with what was there. No transaction is left open: what is replayed
 * behind it may change the structure. @throws ProblemError as above
 */
export async function restoreFull(
  options: Omit<VerifyOptions, 'start'>,
  { socketPath, session }: Omit<ThrowAwayServer, 'close'>,
): Promise<Verdict> {
  const { full } = options;
  const restored = await restore(options, socketPath);
  if (restored.kind !== 'agrees') return restored;
  return await compared(full, session, options.signal);
}

/** What a server holds beside what was there when the rows were summed up; it leaves no transaction open. */
export async function compared(full: FullBackup, session: Session, signal: AbortSignal): Promise<Verdict> {
  const where = `the restored ${full.id}`;
  await likeEachOther(session, where);
  const found: string[] = [];
  for (const database of full.databases) {
    const told = await session.tell('START TRANSACTION');
    if (!told.ok) return { kind: 'suspect', why: told.message };
    const sums = await sumsOf(session, database, await tablesOf(session, database), signal);
    const programs = await programsOf(session, database);
    found.push(...differences(full, { database, sums, programs }));
    const ended = await session.tell('ROLLBACK');
    if (!ended.ok) return { kind: 'suspect', why: ended.message };
  }
  return found.length === 0 ? { kind: 'agrees' } : { kind: 'failed', why: found.slice(0, 20).join('; ') };
}

async function restore(
  { full, repository, client, secrets, clock, signal }: Omit<VerifyOptions, 'start'>,
  socketPath: string,
): Promise<Verdict> {
  const hash = createHash('sha256');
  let bytes = 0;
  const { from, to } = await pipeCommands(
    {
      from: dumpCommand(repository, secrets, full.snapshot, full.file),
      to: {
        argv: [
          ...[client, '--no-defaults', `--socket=${socketPath}`, '--user=root', '--batch'],
          ...['--default-character-set=utf8mb4', '--max-allowed-packet=1G'],
        ],
      },
      onChunk: (chunk) => {
        bytes += chunk.length;
        hash.update(chunk);
      },
      signal,
    },
    clock,
  );
  if (to?.exitCode === 127) throw new ProblemError(noClient(client, to.stderr));
  // The client that refuses ends before all is read: then restic is cut too, and what it says means nothing.
  if (to !== null && to.exitCode !== 0)
    return { kind: 'suspect', why: `the server does not take it: ${lastLine(to.stderr)}` };
  if (from.exitCode !== 0) return unreadable(repository, from);
  const digest = hash.digest('hex');
  if (digest !== full.sha256 || bytes !== full.bytes)
    return {
      kind: 'suspect',
      why: `${bytes} bytes with SHA-256 ${digest} came back, ${full.bytes} with ${full.sha256} were stored`,
    };
  return { kind: 'agrees' };
}

/** Reads a segment back and compares its digest. @throws ProblemError as above */
export async function verifySegment(
  segment: Segment,
  { repository, secrets, clock, signal }: Pick<VerifyOptions, 'repository' | 'secrets' | 'clock' | 'signal'>,
): Promise<Verdict> {
  const hash = createHash('sha256');
  const { from } = await pipeCommands(
    {
      from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
      onChunk: (chunk) => void hash.update(chunk),
      signal,
    },
    clock,
  );
  if (from.exitCode !== 0) return unreadable(repository, from);
  const digest = hash.digest('hex');
  return digest === segment.sha256
    ? { kind: 'agrees' }
    : { kind: 'suspect', why: `SHA-256 ${digest} came back, ${segment.sha256} was stored` };
}

/** Command that gives one file of a snapshot back, from the repository itself. */
export function dumpCommand(repository: Repository, secrets: Secrets, snapshot: string, file: string): PipeCommand {
  return dumping(repository, secrets, [snapshot, `/${file}`]);
}

/** Command that gives all of a snapshot back as a tar. */
export function treeCommand(repository: Repository, secrets: Secrets, snapshot: string): PipeCommand {
  return dumping(repository, secrets, ['--archive', 'tar', snapshot, '/']);
}

function dumping(repository: Repository, secrets: Secrets, words: readonly string[]): PipeCommand {
  return {
    // What only the cache of this machine still has is lost when the machine is.
    argv: [repository.program, '--no-lock', '--no-cache', 'dump', ...words],
    env: resolved(resticVariables(repository), secrets),
  };
}

/** What it cannot give back is lost; where it cannot be asked at all, nothing is known. @throws ProblemError then */
export function unreadable(
  repository: Repository,
  end: { readonly exitCode: number; readonly stderr: string },
): Verdict {
  const problem = resticProblem(repository, end);
  const notAsked = ['backup.wrong-key', 'backup.no-repository', 'backup.no-program', 'backup.repository-locked'];
  if (notAsked.includes(problem.code)) throw new ProblemError(problem);
  return { kind: 'suspect', why: `the repository does not give it back: ${problem.found}` };
}

/** Pure. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}

function noClient(program: string, said: string) {
  return {
    code: 'backup.no-program',
    where: program,
    found: said,
    expected: 'the client program of the server’s family',
    remedy: 'install it, or name it in `backup.programs.client`',
  };
}
