import type { Announced } from '../../announce/index.ts';
import {
  type BackupStatus,
  backupStatus,
  type Catalogue,
  type DrillRecord,
  type Repository,
  readDrills,
  readTimes,
  resolved,
  resticProblem,
  resticVariables,
  statusMetrics,
} from '../../backup/index.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import { ProblemError } from '../../model/problem.ts';
import { runCommand } from '../../procedure/machine/exec.ts';
import { nobodyToTell } from '../announce.ts';
import type { DoorOptions } from '../door.ts';
import { announceBackups } from './announce.ts';
import { type BackupEnvironment, catalogueNow, keepRecord, openBackup, repositoryLook } from './open.ts';

/** Questions about the backups of an environment; none of them changes a repository. */

export interface StatusAnswer {
  readonly status: BackupStatus;
  readonly metrics: string;
  /** What was told of it; null: nobody was to be told. */
  readonly announced: Announced | null;
}

/**
 * From the catalogue alone: no repository is asked, so it is quick and says nothing of what was lost there since.
 * @param announce tell its problems to those whom `announce:` names, and that those told before are gone
 */
export async function backupStatusOf(door: DoorOptions, environment: string, announce = false): Promise<StatusAnswer> {
  const backup = await openBackup(door, environment);
  const { service, settings } = backup;
  if (announce && service.environment.announce === null) throw new ProblemError(nobodyToTell(environment));
  const now = service.clock.now();
  const { rpoMs = null, rtoMs = null } = service.environment.objectives;
  const [catalogue, drills, restores] = await Promise.all([
    catalogueNow(backup),
    readDrills(backup.place),
    readTimes(backup.place),
  ]);
  const status = backupStatus(
    catalogue,
    {
      ...{ where: environment, now, rpoMs, rtoMs, verifiedWithinMs: settings.verifiedWithinMs },
      drillEvery: settings.drill?.every ?? null,
      hosts: [...(settings.files.length === 0 ? [] : [LOCAL_HOST]), ...Object.keys(settings.hostFiles).toSorted()],
    },
    { drills, restores },
  );
  return {
    status,
    metrics: statusMetrics(status, {
      ...{ service: service.environment.service, environment, now, drills: settings.drill !== null },
    }),
    announced: announce ? await announceBackups(service, status.problems) : null,
  };
}

/** @throws ProblemError when nothing is configured, or the catalogue cannot be read */
export async function listBackups(
  door: DoorOptions,
  environment: string,
): Promise<Catalogue & { readonly drills: readonly DrillRecord[] }> {
  const backup = await openBackup(door, environment);
  const [catalogue, drills] = await Promise.all([catalogueNow(backup), readDrills(backup.place)]);
  return { ...catalogue, drills };
}

export interface CheckAnswer {
  /** Empty: every repository is whole, and holds what the catalogue names. */
  readonly problems: readonly Problem[];
  readonly repositories: readonly string[];
  /** Records that are suspect from now on. */
  readonly suspect: readonly string[];
}

/**
 * Has every repository looked through by restic (`readData`: every byte of it), and compares what it holds with the catalogue. What the first one does not
 * have any more is suspect from then on.
 */
export async function checkBackups(
  door: DoorOptions,
  { environment, readData }: { readonly environment: string; readonly readData: boolean },
): Promise<CheckAnswer> {
  const backup = await openBackup(door, environment);
  const problems: Problem[] = [];
  const suspect: string[] = [];
  for (const repository of [backup.repository, ...backup.copies]) {
    const found = await restics(backup, repository, readData);
    problems.push(...found);
  }
  const held = await repositoryLook(backup).snapshots([]);
  const { fulls, segments, files } = await catalogueNow(backup);
  for (const record of [...fulls, ...segments, ...files]) {
    // restic tells the beginning of an id.
    if (held.some(({ id }) => id.startsWith(record.snapshot))) continue;
    const name = record.kind === 'segment' ? record.file : record.id;
    suspect.push(name);
    problems.push(missing(backup.repository, name, record.snapshot));
    await keepRecord(backup, { ...record, state: 'suspect', why: 'its snapshot is gone from the repository' });
  }
  return { problems, suspect, repositories: [backup.repository, ...backup.copies].map(({ repository }) => repository) };
}

async function restics(
  { service, settings }: BackupEnvironment,
  repository: Repository,
  readData: boolean,
): Promise<readonly Problem[]> {
  const result = await runCommand(
    {
      argv: [repository.program, 'check', ...(readData ? ['--read-data'] : [])],
      env: resolved(resticVariables(repository), service.secrets),
      signal: AbortSignal.timeout(settings.timeoutMs),
    },
    service.clock,
  );
  if (result.exitCode === 0) return [];
  const problem = resticProblem(repository, result);
  if (problem.code !== 'backup.storage-failed') throw new ProblemError(problem);
  return [
    {
      code: 'backup.repository-damaged',
      where: repository.repository,
      found: problem.found,
      expected: 'a repository without errors',
      remedy:
        'run `shiplock backup verify` for each backup that matters, take a full backup into a new repository, and keep this one until that is verified',
    },
  ];
}

function missing({ repository }: Repository, name: string, snapshot: string): Problem {
  return {
    code: 'backup.snapshot-missing',
    where: repository,
    found: `no snapshot ${snapshot.slice(0, 12)} of ${name}`,
    expected: 'every snapshot that the catalogue names',
    remedy: 'take a full backup now; somebody has forgotten snapshots past the catalogue',
  };
}
