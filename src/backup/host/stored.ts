import { createHash } from 'node:crypto';
import { parsedJson } from '../../model/json.ts';
import type { Clock, Secrets } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type PipeCommand, type PipeEnd, pipeCommands } from '../../procedure/machine/pipe.ts';
import type { HostFilesBackup } from '../catalogue/record.ts';
import { type Repository, resticProblem } from '../restic/repository.ts';
import { dumpCommand } from '../verify/restore.ts';
import { DESCRIPTION, descriptionSchema, type HostDescription } from './description.ts';
import { sameAsDescribed } from './take.ts';
import { readTar, type TarEntry, type TarWatch } from './tar.ts';

/** The stored tar of a host, read back from the repository: for a proof, for a look, and to put files back. It lies on no disk here. */

export interface StoredOptions {
  readonly record: HostFilesBackup;
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface StoredHost {
  readonly description: HostDescription;
  readonly entries: readonly TarEntry[];
  readonly texts: ReadonlyMap<string, Buffer>;
  /** SHA-256 of the tar of what was wanted. */
  readonly chosen: string;
}

/** What became of a stored tar: what it holds, or why it is not to be believed. */
export type StoredAnswer =
  | { readonly kind: 'agrees'; readonly stored: StoredHost }
  | { readonly kind: 'suspect'; readonly why: string };

/**
 * Reads all of it, past restic's cache on this machine, and compares its digest and every file with what was read on the host.
 * @throws ProblemError where nothing can be said of it: no repository, a wrong key
 */
export async function readStored(options: StoredOptions, watch: TarWatch = {}): Promise<StoredAnswer> {
  const { record, repository, signal, clock } = options;
  const hash = createHash('sha256');
  const chosen = createHash('sha256');
  let bytes = 0;
  const reader = readTar({
    wanted: watch.wanted,
    kept: (path, size) => path === DESCRIPTION || watch.kept?.(path, size) === true,
  });
  try {
    const { from } = await pipeCommands(
      {
        from: dumpOf(options),
        onChunk: (chunk) => {
          bytes += chunk.length;
          hash.update(chunk);
          chosen.update(reader.push(chunk));
        },
        signal,
      },
      clock,
    );
    const problem = unread(repository, from);
    if (problem !== null) return { kind: 'suspect', why: problem };
    chosen.update(reader.end());
  } catch (error) {
    // What came is none: what is stored is not what went there.
    if (!(error instanceof ProblemError) || error.problems[0]?.code !== 'backup.not-a-tar') throw error;
    return { kind: 'suspect', why: error.problems[0].found };
  }
  const { host } = record;
  if (bytes !== host.bytes || hash.digest('hex') !== host.sha256)
    return { kind: 'suspect', why: `${bytes} bytes came back that are not the ${host.bytes} that were stored` };
  const text = reader.texts.get(DESCRIPTION);
  const parsed = text === undefined ? undefined : descriptionSchema.safeParse(parsedJson(text.toString('utf8')));
  if (parsed?.success !== true) return { kind: 'suspect', why: `no ${DESCRIPTION} that can be read` };
  const description = parsed.data;
  const other = sameAsDescribed(description.entries, reader.entries, host.changed);
  if (other.length > 0) return { kind: 'suspect', why: `not as on the host: ${other.slice(0, 5).join(', ')}` };
  return {
    kind: 'agrees',
    stored: { description, entries: reader.entries, texts: reader.texts, chosen: chosen.digest('hex') },
  };
}

/** Sends the wanted part of it to a command. @throws ProblemError when either fails */
export async function sendStored(
  options: StoredOptions & { readonly to: PipeCommand; problemOf(end: PipeEnd): Problem },
  wanted: NonNullable<TarWatch['wanted']>,
): Promise<string> {
  const { repository, to, signal, clock } = options;
  const piped = await pipeCommands(
    {
      from: dumpOf(options),
      to,
      through: readTar({ wanted }),
      allow: (end) => {
        if (end.exitCode !== 0) throw new ProblemError(resticProblem(repository, end));
      },
      signal,
    },
    clock,
  );
  if (piped.to === null || piped.to.exitCode !== 0)
    throw new ProblemError(options.problemOf(piped.to ?? { exitCode: 1, stderr: '' }));
  return piped.to.stdout;
}

function dumpOf({ record, repository, secrets }: StoredOptions): PipeCommand {
  return dumpCommand(repository, secrets, record.snapshot, record.host.file);
}

/** Why it does not come back, where that is the fault of what is stored; null: it came. @throws ProblemError for anything else */
function unread(repository: Repository, end: PipeEnd): string | null {
  if (end.exitCode === 0) return null;
  const problem = resticProblem(repository, end);
  if (problem.code === 'backup.storage-failed') return problem.found;
  throw new ProblemError(problem);
}
