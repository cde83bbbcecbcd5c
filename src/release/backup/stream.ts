import { streamLogs, whileHeld } from '../../backup/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { DoorOptions } from '../door.ts';
import { catalogueNow, keepRecord, lookBefore, openBackup, programsOf } from './open.ts';
import { idOf } from './restic.ts';

export interface StreamRequest {
  readonly environment: string;
  readonly flushEveryMs: number;
}

/**
 * Receives binary logs until it is stopped. No run with a journal: it goes on for months, and each piece that is stored has its entry in the catalogue.
 * Its snapshots have no mark of what is begun, which a backup at work beside it would clear; one that is cut leaves a snapshot that nothing names.
 */
export async function streamBackup(
  door: DoorOptions,
  { environment, flushEveryMs }: StreamRequest,
  tell: (text: string) => void,
  alarm: (problems: readonly Problem[]) => void,
): Promise<void> {
  const backup = await openBackup(door, environment);
  const { service, settings, database, place, repository } = backup;
  if (database === null) throw new ProblemError(noDatabase(environment));
  await streamLogs({
    ...{ service: service.environment.service, environment, where: database.where, access: database.access },
    ...{ directory: place.directory, binlog: programsOf(settings, database.settings.engine).binlog, repository },
    ...{ secrets: service.secrets, clock: service.clock, signal: door.signal?.signal ?? new AbortController().signal },
    ...{ flushEveryMs, open: database.open, note: tell, alarm, idOf },
    catalogue: () => catalogueNow(backup),
    keep: (segment) => keepRecord(backup, segment),
    guarded: async (work) => {
      const { problems } = await lookBefore(backup, repository, true);
      if (problems.length > 0) throw new ProblemError(problems);
      return whileHeld(repository.repository, work);
    },
  });
}

function noDatabase(environment: string): Problem {
  return {
    code: 'backup.nothing-to-take',
    where: `environments.${environment}`,
    found: 'no database',
    expected: 'a database whose binary logs can be received',
    remedy: 'name it in `database:`',
  };
}
