import { environmentNames, resolveEnvironment } from '../../config/index.ts';
import type { ReleaseNotes } from '../../model/notes.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { describedVersion, sourceCommit } from '../build/naming.ts';
import type { Service } from '../door.ts';
import { liveVersion, type ReleaseRecord, readEnvironmentRecord, readReleaseRecord } from '../record.ts';
import { fetchDocumentsOf } from '../run/shared.ts';
import { authorsIn, entriesOf } from './entries.ts';
import { commitNamed, commitsOf, migrationsBetween, type Side, wholeHistory } from './history.ts';

export interface NotesRequest {
  readonly environment: string;
  /** A version, or a commit as git names it. Default: what serves the environment. */
  readonly from?: string | undefined;
  /** The same. Default: what would be released next, which is what serves the environment before, else the commit that is checked out. */
  readonly to?: string | undefined;
}

/** What lies between what serves an environment and what is released to it. Changes nothing but that records of other machines come here. */
export async function releaseNotes(service: Service, request: NotesRequest): Promise<ReleaseNotes> {
  const { config, baseDir } = service;
  const environment = unwrap(resolveEnvironment(config, request.environment, { baseDir }));
  const before = environment.promotion?.from;
  await wholeHistory(service);
  for (const name of new Set([request.environment, ...(before === undefined ? [] : [before])]))
    await fetchDocumentsOf(service, name);
  const from =
    request.from === undefined
      ? await served(service, request.environment)
      : await named(service, request.from, 'from');
  const to =
    request.to !== undefined
      ? await named(service, request.to, 'to')
      : before === undefined
        ? await checkedOut(service)
        : await nextFrom(service, before);
  const database = environment.database;
  const [come, gone, migrations] = await Promise.all([
    commitsOf(service, to.all, from?.all ?? []),
    from === null ? { commits: [], left: 0 } : commitsOf(service, from.all, to.all),
    database === null ? [] : migrationsBetween(service, database.migrations, from, to),
  ]);
  const entries = entriesOf(come.commits);
  return {
    formatVersion: 1,
    service: config.service.service,
    environment: request.environment,
    from: from === null ? null : { commit: from.commit, version: from.version },
    to: { commit: to.commit, version: to.version },
    entries,
    gone: entriesOf(gone.commits),
    left: come.left + gone.left,
    migrations,
    authors: authorsIn(entries),
  };
}

interface Point extends Side {
  readonly version: string | null;
  /** Commits whose whole history it has: that of the software, and that of the configuration where it is another. */
  readonly all: readonly string[];
}

async function served(service: Service, environment: string): Promise<Point | null> {
  const { store, config } = service;
  const version = liveVersion(await readEnvironmentRecord(store, environment, config.service.service));
  if (version === null) return null;
  const record = await readReleaseRecord(store, environment, version);
  if (record !== null) return recorded(service, record);
  throw new ProblemError({
    code: 'release.notes-no-record',
    where: `${store}/releases/${environment}`,
    found: `no record of ${version}, which serves`,
    expected: 'a record of the release that serves: it names the commit',
    remedy: 'use the state directory that released it (--state), or name the commit with --from',
  });
}

async function nextFrom(service: Service, environment: string): Promise<Point> {
  const point = await served(service, environment);
  if (point !== null) return point;
  throw new ProblemError({
    code: 'release.notes-nothing-next',
    where: environment,
    found: 'nothing serves there yet',
    expected: `a release in ${environment}: from there it is promoted`,
    remedy: `release to ${environment} first, or name a commit with --to`,
  });
}

async function checkedOut(service: Service): Promise<Point> {
  const commit = await sourceCommit(service, true);
  return { commit, version: await describedVersion(service, commit), all: [commit], migrations: null };
}

/** A version of any environment that has a record, else what git knows by that name. */
async function named(service: Service, name: string, option: 'from' | 'to'): Promise<Point> {
  for (const environment of environmentNames(service.config)) {
    const record = /[/\0]/.test(name) ? null : await readReleaseRecord(service.store, environment, name);
    if (record !== null) return recorded(service, record);
  }
  const commit = (await commitNamed(service, name)) ?? (await commitNamed(service, `v${name}`));
  if (commit === undefined) throw notHere(service, name, `--${option}`);
  return { commit, version: await describedVersion(service, commit), all: [commit], migrations: null };
}

async function recorded(service: Service, { release, configCommit }: ReleaseRecord): Promise<Point> {
  const all = [release.commit, ...(configCommit === undefined ? [] : [configCommit])];
  for (const commit of all)
    if ((await commitNamed(service, commit)) === undefined) throw notHere(service, commit, release.version);
  return { commit: release.commit, version: release.version, all, migrations: release.migrations };
}

function notHere({ baseDir }: Service, name: string, where: string): ProblemError {
  return new ProblemError({
    code: 'release.notes-unknown-commit',
    where,
    found: `${JSON.stringify(name)}, which is neither a recorded version nor a commit in ${baseDir}`,
    expected: 'a version that was released, a tag or a commit',
    remedy: 'fetch the commit (`git fetch --tags origin`), or check the name',
  });
}
