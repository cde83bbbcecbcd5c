import { join } from 'node:path';
import {
  type BackupRecord,
  type Catalogue,
  type CataloguePlace,
  cataloguePlace,
  type HeldPlaces,
  knownFile,
  lookAt,
  NOTHING_HELD,
  notMounted,
  type Repository,
  type RepositoryLooked,
  readCatalogue,
  readKnown,
  type Session,
  strange,
  writeRecord,
} from '../../backup/index.ts';
import type { ResolvedBackup, ResolvedRepository } from '../../config/backup.ts';
import type { ResolvedDatabase } from '../../config/index.ts';
import { openDsnSession, resolveDsn, ServerRefusal, startLocal } from '../../migrate/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Meanwhile, type Procedure, type RunResult, StepPaused } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';

/** How long something may be written beside a repository whose place has changed. */
const STAYS_MS = 5000;

/** The backups of an environment: what is configured, where the catalogue is, how its database is reached. */

export interface BackupEnvironment {
  readonly service: ServiceEnvironment;
  readonly settings: ResolvedBackup;
  readonly place: CataloguePlace;
  readonly repository: Repository;
  readonly copies: readonly Repository[];
  /** The places of the repositories, while a backup is taken. */
  readonly held: HeldPlaces;
  /** Null: the service has none, and only files are backed up. */
  readonly database: DatabaseAccess | null;
}

export interface DatabaseAccess {
  readonly settings: ResolvedDatabase;
  readonly name: string;
  /** `mysql:host:port/database` */
  readonly where: string;
  readonly access: {
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly socketPath?: string | undefined;
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    readonly tls?: { readonly family: ResolvedDatabase['engine']; readonly roots: string | null } | undefined;
  };
  open(): Promise<Session>;
}

/** What is configured of backups: no secret of it is needed. @throws ProblemError when there is nothing to back up */
export function backupSettings({
  environment: { environment, backup, database },
}: Pick<ServiceEnvironment, 'environment'>): ResolvedBackup {
  if (backup === null) throw new ProblemError(notConfigured(environment));
  if (database === null && backup.files.length === 0 && Object.keys(backup.hostFiles).length === 0)
    throw new ProblemError(nothingToTake(environment));
  return backup;
}

/** @throws ProblemError when nothing is configured */
export async function openBackup(door: DoorOptions, environment: string): Promise<BackupEnvironment> {
  // Backups need the server alone: where they are taken, the files of migrations need not lie.
  const service = await openEnvironment(door, environment, 'without-database');
  const settings = backupSettings(service);
  const { database } = service.environment;
  const place = cataloguePlace(service.store, environment);
  const repositoryOf = repositoryIn(service);
  return {
    service,
    settings,
    place,
    repository: repositoryOf(settings),
    copies: settings.copies.map(repositoryOf),
    held: NOTHING_HELD,
    database: database === null ? null : accessOf(service, settings, database),
  };
}

/** How a configured repository is asked. Pure. */
export function repositoryIn({
  environment: { environment, backup },
  store,
}: Pick<ServiceEnvironment, 'environment' | 'store'>): (configured: ResolvedRepository) => Repository {
  const place = cataloguePlace(store, environment);
  return ({ repository, password, env }) => ({
    ...{ repository, password, env, program: backup?.programs.restic ?? 'restic' },
    cache: join(place.directory, 'restic-cache'),
  });
}

function accessOf(
  { secrets }: ServiceEnvironment,
  { dsn }: ResolvedBackup,
  settings: ResolvedDatabase,
): DatabaseAccess {
  const found = resolveDsn(dsn ?? settings.accounts?.backup?.dsn ?? settings.dsn, secrets);
  const { host, port, socketPath, user, password, ssl } = found.options;
  const roots = typeof ssl === 'object' && typeof ssl.ca === 'string' ? ssl.ca : null;
  return {
    settings,
    name: found.database,
    where: found.resource,
    access: {
      ...{ host, port, socketPath, user, password },
      tls: ssl === undefined ? undefined : { family: settings.engine, roots },
    },
    open: async () => explained(await openDsnSession(found, settings.connectTimeoutMs), found.resource),
  };
}

/** What the server refuses, or a connection that is lost, as problems. */
function explained(session: Session, where: string): Session {
  return {
    ...session,
    ask: (row, sql, values) =>
      session.ask(row, sql, values).catch((error: unknown) => {
        if (error instanceof ProblemError) throw error;
        throw new ProblemError(serverProblem(error, where));
      }),
    tell: (sql) =>
      session.tell(sql).catch((error: unknown) => {
        throw new ProblemError(serverProblem(error, where));
      }),
  };
}

function serverProblem(error: unknown, where: string): Problem {
  const found = error instanceof Error ? error.message : String(error);
  if (error instanceof ServerRefusal) {
    return {
      ...{ code: 'backup.server-refused', where, found },
      expected: 'a user with the rights that a backup needs',
      remedy: 'docs/backup.md lists them; give them to the user of `backup.dsn`',
    };
  }
  return {
    ...{ code: 'backup.server-lost', where, found },
    expected: 'a server that answers until the backup is taken',
    remedy: 'run the backup again; look at the log of the server if it happens again',
  };
}

/** Programs of the server's family, as they are configured or usually called. Pure. */
export function programsOf({ programs }: ResolvedBackup, family: ResolvedDatabase['engine']) {
  const [dump, client, binlog, server] =
    family === 'mariadb'
      ? ['mariadb-dump', 'mariadb', 'mariadb-binlog', 'mariadbd']
      : ['mysqldump', 'mysql', 'mysqlbinlog', 'mysqld'];
  return {
    dump: programs.dump ?? dump,
    client: programs.client ?? client,
    binlog: programs.binlog ?? binlog,
    server: programs.server ?? server,
    physical: programs.physical ?? 'mariadb-backup',
    unpack: programs.unpack ?? 'mbstream',
  };
}

/** An empty server on a socket, made like the one of a backup. */
export function startThrowAway(
  { service, settings }: BackupEnvironment,
  family: ResolvedDatabase['engine'],
  lifelong: Readonly<Record<string, string>>,
) {
  const fixed = Object.entries(lifelong).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`);
  return startLocal(
    {
      ...{
        program: programsOf(settings, family).server,
        family,
        user: settings.serverUser,
        database: 'shiplock_verify',
      },
      arguments: {
        initialise: fixed,
        start: [
          ...fixed,
          ...(family === 'mysql' ? ['--skip-log-bin'] : []),
          ...['--max-allowed-packet=1G', '--innodb-buffer-pool-size=128M', '--log-bin-trust-function-creators=ON'],
          '--character-set-server=utf8mb4',
        ],
      },
    },
    service,
  );
}

/** @throws ProblemError when a file of it cannot be read */
export function catalogueNow({ place }: BackupEnvironment): Promise<Catalogue> {
  return readCatalogue(place);
}

/** Writes what became of it. */
export function keepRecord({ place }: BackupEnvironment, record: BackupRecord): Promise<void> {
  return writeRecord(place, record);
}

/** The same for what was just stored. @throws ProblemError when its repository did not stay where it was: then it has no entry */
export async function keepStored(backup: BackupEnvironment, ...records: readonly BackupRecord[]): Promise<void> {
  const problems = await backup.held.moved(backup.repository.repository);
  if (problems.length > 0) throw new ProblemError(problems);
  for (const record of records) await keepRecord(backup, record);
}

/** A step that stores ends as soon as its repository does not stay where it was: what it writes would fill the disk below. Pure. */
export function whileItStays({ held }: BackupEnvironment, { repository }: Repository): Meanwhile {
  return { everyMs: STAYS_MS, look: () => held.moved(repository) };
}

/** What is at the address of a repository now, and why nothing may be stored there. */
export async function lookBefore(
  backup: BackupEnvironment,
  repository: Repository,
  named: boolean,
): Promise<RepositoryLooked & { readonly problems: readonly Problem[] }> {
  const absent = await notMounted(repository.repository);
  if (absent.length > 0) return { id: null, known: null, named, problems: absent };
  const [id, known] = await Promise.all([
    repositoryLook(backup, repository).identity(),
    readKnown(backup.place, repository.repository),
  ]);
  const file = knownFile(backup.place, repository.repository);
  return { id, known, named, problems: strange({ id, known, named }, { repository: repository.repository, file }) };
}

export function repositoryLook({ service, repository }: BackupEnvironment, other: Repository = repository) {
  return lookAt(other, service);
}

/** One at a time for each environment, under a lease of its own: it waits for no release and holds none up. Pure. */
export function leaseName({ service }: BackupEnvironment): string {
  const { environment } = service;
  return ['backup', environment.service, environment.environment].join(':');
}

/** What takes turns under the lease of the backups: each leaves the catalogue true whenever it dies, so a dead one holds up none of the others. */
const IN_TURN = ['backup', 'backup-verify', 'backup-verify-hosts', 'backup-forget'];

/** Runs it; what died of an earlier one is begun again. @throws ProblemError when it did not come through */
export async function runBackup({ service }: BackupEnvironment, tree: Procedure): Promise<RunResult> {
  const alike = IN_TURN.includes(tree.id) ? IN_TURN : [];
  const result = await runAgain(tree, engineOptions(service, { shared: undefined }), alike);
  if (result.outcome !== 'done') throw notOver(result);
  return result;
}

/** What is thrown for a run that is not done: one that was stopped pauses the run that drives it, and fails nothing. Pure. */
export function notOver(result: RunResult): ProblemError {
  const problems = notThrough(result);
  return result.outcome === 'stopped' ? new StepPaused('stopped', problems) : new ProblemError(problems);
}

function notThrough({ problems, run, outcome }: RunResult): readonly Problem[] {
  if (problems.length > 0) return problems;
  return [
    {
      code: 'backup.not-over',
      where: `run ${run}`,
      found: `a run that ended with: ${outcome}`,
      expected: 'a run that came to its end',
      remedy: 'start it again: what it began is cleared away',
    },
  ];
}

/** No `backup:`. Pure. */
export function notConfigured(environment: string): Problem {
  return {
    code: 'backup.not-configured',
    where: `environments.${environment}`,
    found: 'no `backup:`',
    expected: 'a repository for backups',
    remedy: 'write `backup: { repository: …, password: { secret: … } }`; docs/backup.md',
  };
}

function nothingToTake(environment: string): Problem {
  return {
    code: 'backup.nothing-to-take',
    where: `environments.${environment}.backup`,
    found: 'neither a database nor `files:`',
    expected: 'something to back up',
    remedy: 'name files and directories in `backup.files`, or the database of the service',
  };
}
