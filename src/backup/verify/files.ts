import type { Clock, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { pipeCommands } from '../../procedure/machine/pipe.ts';
import type { FilesBackup } from '../catalogue/record.ts';
import { readTar } from '../host/tar.ts';
import type { Repository } from '../restic/repository.ts';
import { treeCommand, unreadable, type Verdict } from './restore.ts';

/** Verifying the files of this machine: everything of the snapshot is read back, and counted as it was when it was stored. */

interface FilesVerdict {
  readonly verdict: Verdict;
  /** Files, directories and links that came back. */
  readonly entries: number;
}

/**
 * The repository compares each piece with its own name, which is the digest of what was stored; what came is compared in number and bytes with what restic
 * had read. It lies on no disk here. @throws ProblemError where nothing can be said of it: no repository, a wrong key
 */
export async function verifyFiles(
  { snapshot, here }: Pick<FilesBackup, 'snapshot' | 'here'>,
  {
    repository,
    secrets,
    clock,
    signal,
  }: {
    readonly repository: Repository;
    readonly secrets: Secrets;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<FilesVerdict> {
  const reader = readTar();
  const entries = (): number => reader.entries.length;
  try {
    const { from } = await pipeCommands(
      { from: treeCommand(repository, secrets, snapshot), onChunk: (chunk) => void reader.push(chunk), signal },
      clock,
    );
    if (from.exitCode !== 0) return { verdict: unreadable(repository, from), entries: entries() };
    reader.end();
  } catch (error) {
    // What came is none: what is stored is not what went there.
    if (!(error instanceof ProblemError) || error.problems[0]?.code !== 'backup.not-a-tar') throw error;
    return { verdict: { kind: 'suspect', why: error.problems[0].found }, entries: entries() };
  }
  const files = reader.entries.filter(({ kind }) => kind === 'file');
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const why = countsDiffer({ files: files.length, bytes }, here);
  return { verdict: why === null ? { kind: 'agrees' } : { kind: 'suspect', why }, entries: entries() };
}

/** Null: as many as were stored. What was stored before it was counted must be something. Pure. */
export function countsDiffer(
  found: { readonly files: number; readonly bytes: number },
  here: FilesBackup['here'],
): string | null {
  if (here === undefined) return found.files === 0 ? 'no file came back' : null;
  return found.files === here.files && found.bytes === here.bytes
    ? null
    : `${found.files} files of ${found.bytes} bytes came back, ${here.files} of ${here.bytes} were stored`;
}
