import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { pipeCommands } from '../../procedure/machine/pipe.ts';
import { isMissing } from '../../procedure/store.ts';
import type { Segment } from '../catalogue/record.ts';
import { type Repository, resticProblem } from '../restic/repository.ts';
import { dumpCommand } from '../verify/restore.ts';

/** Binary logs out of the repository, each whole or not there. */

export interface FetchOptions {
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Made when it is not there. */
  readonly directory: string;
}

/**
 * Fetches them under the names that the server gave them; one that is there already, with the digest of the catalogue, is left.
 * @returns their paths, in the same order
 * @throws ProblemError when the repository does not give one back as it was stored
 */
export async function fetchSegments(segments: readonly Segment[], options: FetchOptions): Promise<readonly string[]> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const paths: string[] = [];
  for (const segment of segments) {
    const path = join(options.directory, segment.file);
    if ((await digestOf(path)) !== segment.sha256) await fetchOne(segment, path, options);
    paths.push(path);
  }
  return paths;
}

async function fetchOne(
  segment: Segment,
  path: string,
  { repository, secrets, clock, signal }: FetchOptions,
): Promise<void> {
  const part = `${path}.part`;
  const hash = createHash('sha256');
  const file = openSync(part, 'w', 0o600);
  try {
    const { from } = await pipeCommands(
      {
        from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
        onChunk: (chunk) => {
          hash.update(chunk);
          for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
        },
        signal,
      },
      clock,
    );
    if (from.exitCode !== 0) throw new ProblemError(resticProblem(repository, from));
    const digest = hash.digest('hex');
    if (digest !== segment.sha256) throw new ProblemError(differs(segment, digest));
    fsyncSync(file);
    await rename(part, path);
  } finally {
    closeSync(file);
    await rm(part, { force: true });
  }
}

/** SHA-256 of a file; null: there is none. */
async function digestOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  return hash.digest('hex');
}

function differs({ file, sha256 }: Segment, digest: string) {
  return {
    code: 'backup.log-differs',
    where: file,
    found: `SHA-256 ${digest}`,
    expected: `${sha256}, as it was stored`,
    remedy:
      'run `shiplock backup verify`, which marks it; then restore up to the gap, or fetch this log from another copy of the repository',
  };
}
