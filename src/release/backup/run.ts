import { z } from 'zod';
import {
  begunFile,
  clearBegun,
  copyVariables,
  type FullBackup,
  fullSchema,
  holdPlaces,
  knownFile,
  knownText,
  markBegun,
  type Repository,
  type RepositoryLooked,
  readBegun,
  recordsDirectory,
  segmentSchema,
  takeLogical,
  takeSegments,
} from '../../backup/index.ts';
import type { Effect } from '../../model/effect.ts';
import {
  action,
  type OutputRef,
  opaque,
  type Plan,
  planProcedure,
  procedure,
  sequence,
} from '../../procedure/index.ts';
import { namesIn } from '../../procedure/store.ts';
import type { DoorOptions } from '../door.ts';
import { hostSteps } from './hosts.ts';
import {
  type BackupEnvironment,
  catalogueNow,
  type DatabaseAccess,
  keepStored,
  leaseName,
  lookBefore,
  openBackup,
  programsOf,
  repositoryLook,
  runBackup,
  whileItStays,
} from './open.ts';
import { promiseOf, takeFiles } from './physical.ts';
import { hostAndTags, idOf, QUICK_MS, restic } from './restic.ts';
import { filesSteps } from './store-files.ts';

/** Taking a backup: a run whose every step can be done again. */

export interface BackupRequest {
  readonly environment: string;
  /** `full`: rows, files and logs. `incremental`: the logs since, and files. */
  readonly kind: 'full' | 'incremental';
  /** What a full backup is; left out: as it is configured. */
  readonly form?: 'logical' | 'physical' | undefined;
}

export interface TakenBackup {
  readonly run: string;
  readonly kind: BackupRequest['kind'];
  readonly full: FullBackup | null;
  /** Binary logs that were stored. */
  readonly segments: readonly { readonly file: string; readonly bytes: number }[];
  readonly files: string | null;
  /** Backups of hosts that were stored. */
  readonly hosts: readonly {
    readonly host: string;
    readonly id: string;
    readonly entries: number;
    readonly bytes: number;
  }[];
}

/** What it would do. Looks only. */
export async function planBackup(door: DoorOptions, request: BackupRequest): Promise<Plan> {
  const backup = await openBackup(door, request.environment);
  const { clock, exec, secrets } = backup.service;
  return planProcedure(treeOf(backup, request).tree, { clock, exec, secrets });
}

/** @throws ProblemError when it did not come through; then nothing of it is in the catalogue but what was whole by then */
export async function takeBackup(door: DoorOptions, request: BackupRequest): Promise<TakenBackup> {
  const opened = await openBackup(door, request.environment);
  const held = await holdPlaces([opened.repository, ...opened.copies].map(({ repository }) => repository));
  const backup = { ...opened, held };
  const { tree, full, logs, files, hosts } = treeOf(backup, request);
  const result = await runBackup(backup, tree).finally(() => held.close());
  const of = <O>(node: OutputRef<O> | null): O | undefined => (node === null ? undefined : result.outputs(node));
  return {
    ...{ run: result.run, kind: request.kind, full: of(full)?.full ?? null },
    segments: (of(logs)?.segments ?? []).map(({ file, bytes }) => ({ file, bytes })),
    files: of(files)?.snapshot ?? null,
    hosts: hosts.flatMap((one) => {
      const stored = result.outputs(one)?.stored;
      if (stored?.host === undefined) return [];
      const { name, entries, bytes } = stored.host;
      return [{ host: name, id: stored.id, entries, bytes }];
    }),
  };
}

function treeOf(backup: BackupEnvironment, { environment, kind, form = backup.settings.kind }: BackupRequest) {
  const { database, settings } = backup;
  const full =
    database === null || kind !== 'full'
      ? null
      : form === 'physical'
        ? filesOfServerStep(backup, database)
        : fullStep(backup, database);
  const logs = database === null ? null : logsStep(backup, database);
  const [files, entry] = settings.files.length === 0 ? [null, null] : filesSteps(backup);
  const hosts = hostSteps(backup);
  const steps = [repositoryStep(backup), full, logs, files, entry, ...hosts.nodes, catalogueStep(backup)];
  const copies = backup.copies.map((copy, at) => copyStep(backup, copy, at));
  const { service } = backup.service.environment;
  const tree = procedure({
    id: 'backup',
    title: `Back up ${service} in ${environment}`,
    description:
      kind === 'full'
        ? `${form === 'physical' ? 'The files of the server' : 'Rows'}, binary logs and files go into the repository; the catalogue gets an entry for each when it is whole.`
        : 'The binary logs since the last backup, and files, go into the repository.',
    environment: leaseName(backup),
    inputs: { environment, kind },
    root: sequence({
      id: 'backup',
      title: `Take a ${kind} backup`,
      steps: [...steps, ...copies, hosts.judge].filter((one) => one !== null),
    }),
  });
  return { tree, full, logs, files, hosts: hosts.taken };
}

interface RepositoryFacts {
  readonly looked: Awaited<ReturnType<typeof lookBefore>>;
  /** Snapshots of runs that were cut. */
  readonly strays: readonly string[];
  readonly begun: readonly string[];
}

/** The repository is there, and holds nothing half. */
function repositoryStep(backup: BackupEnvironment) {
  const { repository, place } = backup;
  return action<RepositoryFacts>({
    id: 'repository',
    title: 'See to the repository',
    inputs: { repository: repository.repository },
    timeoutMs: 2 * QUICK_MS,
    read: async () => {
      const [catalogue, begun] = await Promise.all([catalogueNow(backup), readBegun(place)]);
      const ids = new Set([...catalogue.fulls, ...catalogue.segments, ...catalogue.files].map(({ id }) => id));
      const looked = await lookBefore(backup, repository, ids.size > 0);
      const strays: string[] = [];
      // One that was cut behind its entry is whole.
      for (const id of looked.id === null ? [] : begun.filter((one) => !ids.has(one)))
        strays.push(...(await repositoryLook(backup).snapshots([`id:${id}`])).map((one) => one.id));
      return { looked, strays, begun };
    },
    decide: ({ looked, strays, begun }) => {
      if (looked.problems.length > 0) return { kind: 'refuse', problems: looked.problems };
      const noted = noteOf(place, repository, looked);
      if (looked.id === null)
        return { kind: 'do', effects: [restic(repository, ['init'], 'there is none yet'), ...noted] };
      if (begun.length === 0 && noted.length === 0)
        return { kind: 'nothing', why: 'it is there, and no earlier run was cut' };
      if (begun.length === 0) return { kind: 'do', effects: noted };
      const marks = begun.map((id) => ({
        ...{ kind: 'file' as const, path: begunFile(place, id), content: null, timeoutMs: QUICK_MS },
      }));
      const effects: Effect[] = [restic(repository, ['unlock'], 'locks of commands that are gone')];
      if (strays.length > 0) effects.push(restic(repository, ['forget', ...strays], 'a run that was cut made them'));
      return { kind: 'do', effects: [...effects, ...marks, ...noted], why: `${begun.length} earlier runs were cut` };
    },
    probe: 'repeatable',
  });
}

/** Which repository it is, for the next backup; nothing where that is known. Pure. */
function noteOf(
  place: BackupEnvironment['place'],
  { repository }: Repository,
  { id, known }: RepositoryLooked,
): readonly Effect[] {
  if (known !== null && known.id !== null) return [];
  const why = 'no other, and no empty directory, is taken for it';
  return [{ kind: 'file', path: knownFile(place, repository), content: knownText(id), why, timeoutMs: QUICK_MS }];
}

function fullStep(backup: BackupEnvironment, database: DatabaseAccess) {
  const { service, settings, place, repository } = backup;
  const { dump } = programsOf(settings, database.settings.engine);
  return opaque({
    id: 'full',
    title: `Take the rows of ${database.name}`,
    inputs: { database: database.where, program: dump },
    outputs: z.strictObject({ full: fullSchema }),
    promise: `${dump} reads ${database.name} in one moment, restic stores what it writes, and the rows of each table are summed up in the same moment; writes of the service wait until it has begun, at most ${4 * settings.lockWaitMs} ms`,
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    meanwhile: whileItStays(backup, repository),
    run: async (ctx) => {
      const id = idOf(ctx.clock.now());
      await markBegun(place, id);
      const full = await takeLogical({
        ...{ id, run: ctx.run, service: service.environment.service, environment: service.environment.environment },
        ...{ family: database.settings.engine, database: database.name, where: database.where },
        ...{ access: database.access, directory: place.directory, dump, repository, secrets: service.secrets },
        ...{ clock: ctx.clock, lockWaitMs: settings.lockWaitMs, signal: ctx.signal },
        open: database.open,
        note: ctx.note,
      });
      await keepStored(backup, full);
      await clearBegun(place, id);
      return { full };
    },
  });
}

/** The files of the whole server instead of the rows of one database. */
function filesOfServerStep(backup: BackupEnvironment, database: DatabaseAccess) {
  const { settings, place, repository } = backup;
  return opaque({
    id: 'full',
    title: `Copy the server of ${database.name}`,
    inputs: { database: database.where, form: 'physical' },
    outputs: z.strictObject({ full: fullSchema }),
    promise: promiseOf(backup, database),
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    meanwhile: whileItStays(backup, repository),
    run: async (ctx) => {
      const id = idOf(ctx.clock.now());
      await markBegun(place, id);
      const { run, clock, signal, note } = ctx;
      const full = await takeFiles(backup, database, { id, run, clock, signal, note });
      await keepStored(backup, full);
      await clearBegun(place, id);
      return { full };
    },
  });
}

function logsStep(backup: BackupEnvironment, database: DatabaseAccess) {
  const { service, settings, place, repository } = backup;
  const { binlog } = programsOf(settings, database.settings.engine);
  return opaque({
    id: 'logs',
    title: `Take the binary logs of ${database.name}`,
    inputs: { database: database.where, program: binlog },
    outputs: z.strictObject({ segments: z.array(segmentSchema).readonly() }),
    promise: `the server begins a new binary log, and ${binlog} fetches those before it that are not stored yet; each is looked through before it is stored`,
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    meanwhile: whileItStays(backup, repository),
    run: async (ctx) => {
      const id = idOf(ctx.clock.now());
      await markBegun(place, id);
      const segments = await takeSegments({
        ...{ id, run: ctx.run, service: service.environment.service, environment: service.environment.environment },
        ...{ where: database.where, access: database.access, directory: place.directory, binlog, repository },
        ...{ secrets: service.secrets, clock: ctx.clock, signal: ctx.signal, catalogue: await catalogueNow(backup) },
        open: database.open,
        note: ctx.note,
      });
      await keepStored(backup, ...segments);
      await clearBegun(place, id);
      return { segments: [...segments] };
    },
  });
}

/** The catalogue goes into the repository too: whoever has its password can find out what is there. */
function catalogueStep(backup: BackupEnvironment) {
  const { repository, place } = backup;
  return action<{ readonly id: string; readonly isEmpty: boolean }>({
    id: 'catalogue',
    title: 'Store the catalogue',
    timeoutMs: 2 * QUICK_MS,
    read: async (ctx) => ({
      id: idOf(ctx.clock.now()),
      // A first backup that could not be taken: why, is told behind this.
      isEmpty: ctx.mode === 'run' && (await namesIn(recordsDirectory(place))).length === 0,
    }),
    decide: ({ id, isEmpty }) =>
      isEmpty
        ? { kind: 'nothing', why: 'nothing was ever stored' }
        : {
            kind: 'do',
            effects: [
              {
                ...restic(
                  repository,
                  ['backup', '--json', ...hostAndTags(backup, id, 'catalogue'), '--', '.'],
                  'for when this machine is gone',
                ),
                cwd: recordsDirectory(place),
              },
            ],
          },
    meanwhile: whileItStays(backup, repository),
    verify: () => backup.held.moved(repository.repository),
    probe: 'repeatable',
  });
}

/** Everything of this environment that the copy lacks. */
function copyStep(backup: BackupEnvironment, copy: Repository, at: number) {
  const { repository, settings, service } = backup;
  const { environment } = service.environment;
  const tags = `service:${service.environment.service},environment:${environment}`;
  return action<Awaited<ReturnType<typeof lookBefore>>>({
    id: `copy-${at + 1}`,
    title: `Copy to ${copy.repository}`,
    inputs: { from: repository.repository, to: copy.repository },
    timeoutMs: settings.timeoutMs + QUICK_MS,
    read: () => lookBefore(backup, copy, false),
    decide: (looked) => {
      if (looked.problems.length > 0) return { kind: 'refuse', problems: looked.problems };
      const env = copyVariables(copy, repository);
      const both = (words: readonly string[], why: string) => ({ ...restic(copy, words, why), env });
      return {
        kind: 'do',
        effects: [
          // The same pieces are then the same in both.
          ...(looked.id !== null
            ? [restic(copy, ['unlock'], 'locks of commands that are gone')]
            : [both(['init', '--copy-chunker-params'], 'there is none yet')]),
          { ...both(['copy', '--tag', tags], 'a second place'), timeoutMs: settings.timeoutMs },
          ...noteOf(backup.place, copy, looked),
        ],
      };
    },
    meanwhile: whileItStays(backup, copy),
    verify: () => backup.held.moved(copy.repository),
    probe: 'repeatable',
  });
}
