import { createHash } from 'node:crypto';
import type { Clock, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { type PipeCommand, type PipeEnd, pipeCommands } from '../../procedure/machine/pipe.ts';
import {
  madeSnapshot,
  type Repository,
  resolved,
  resticProblem,
  resticVariables,
  tagArguments,
} from '../restic/repository.ts';

/** One stream of bytes into the repository, under one name. */

export interface StreamOptions {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface StoredStream {
  readonly snapshot: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly end: PipeEnd;
}

/** `allow` throws when what the source said at its end makes its bytes worth nothing: then nothing is stored. @throws ProblemError */
export async function storeStream(
  options: StreamOptions,
  file: string,
  from: PipeCommand,
  allow: (end: PipeEnd) => void,
): Promise<StoredStream> {
  const { id, service, environment, repository, secrets, clock, signal } = options;
  const hash = createHash('sha256');
  let bytes = 0;
  const tags = tagArguments({ service, environment, id, kind: 'full' });
  const piped = await pipeCommands(
    {
      from,
      to: {
        argv: [repository.program, 'backup', '--json', '--stdin', '--stdin-filename', file, '--host', service, ...tags],
        env: resolved(resticVariables(repository), secrets),
      },
      onChunk: (chunk) => {
        bytes += chunk.length;
        hash.update(chunk);
      },
      allow,
      signal,
    },
    clock,
  );
  const { to } = piped;
  const snapshot = to === null || to.exitCode !== 0 ? null : madeSnapshot(to.stdout);
  if (snapshot === null) throw new ProblemError(resticProblem(repository, to ?? { exitCode: 1, stderr: '' }));
  return { snapshot, file, bytes, sha256: hash.digest('hex'), end: piped.from };
}
