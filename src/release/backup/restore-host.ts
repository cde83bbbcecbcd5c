import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type HostFilesBackup, sendStored } from '../../backup/index.ts';
import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import {
  hostAccountsEffect,
  hostBackEffect,
  hostFilesProblem,
  hostPutArgv,
  hostSettleEffect,
  hostUnitEffect,
} from '../../platform/index.ts';
import {
  action,
  type Node,
  type OutputRef,
  opaque,
  procedure,
  type Step,
  sequence,
  step,
} from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { hostsNode } from '../environment/hosts.ts';
import { engineOptions } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import { hostFilesOptions } from './hosts.ts';
import { type BackupEnvironment, catalogueNow, notOver, openBackup } from './open.ts';
import { type Compared, compareHost, isPutBack, recordMeant, storedOf } from './restore-host-look.ts';

/** Files of a host out of its backup, in place of those that are there: looked at, put, compared, and taken back when they are not the same. */

export interface HostRestoreRequest {
  readonly environment: string;
  readonly host: string;
  /** Only this file or directory; left out: all that is in the backup. */
  readonly only?: string | undefined;
  /** Which backup; left out: the newest. */
  readonly id?: string | undefined;
  /** Units that read their files again afterwards. */
  readonly reload: readonly string[];
}

const QUICK_MS = 60_000;

/** What it would do. Looks only. @throws ProblemError */
export async function planHostRestore(door: DoorOptions, request: HostRestoreRequest): Promise<Compared> {
  const backup = await openBackup(door, request.environment);
  const record = recordMeant(await catalogueNow(backup), request);
  return compareHost(backup, record, request.only, AbortSignal.timeout(backup.settings.timeoutMs));
}

const lookedSchema = z.strictObject({
  id: z.string(),
  takenAt: z.string(),
  /** Names what is put together, on the host. */
  set: z.string(),
  /** Of paths that are not as in the backup. */
  differs: z.number(),
  /** Accounts and groups to be made, as files.sh takes them. */
  accounts: z.array(z.string()).readonly(),
  /** Packages of the backup that are not installed. */
  missing: z.array(z.strictObject({ name: z.string(), version: z.string(), manual: z.boolean() })).readonly(),
  /** Units that started by themselves and do not now. */
  enable: z.array(z.string()).readonly(),
  /** Of the stored tar. */
  bytes: z.number(),
});
type Looked = z.infer<typeof lookedSchema>;
const putSchema = z.strictObject({ files: z.number(), seconds: z.number() });

export interface HostRestored extends z.infer<typeof lookedSchema>, z.infer<typeof putSchema> {
  readonly run: string;
  readonly host: string;
}

export interface HostRestoreNodes {
  readonly look: Step<unknown, Looked>;
  /** Those that own the files and are missing. */
  readonly accounts: Node;
  /** Puts and compares; takes it back when it is not the same. */
  readonly put: Node;
  readonly told: OutputRef<z.infer<typeof putSchema>>;
}

/** The tree. Looks at nothing yet. */
export function hostRestoreNodes(
  open: () => Promise<BackupEnvironment>,
  service: BackupEnvironment['service'],
  request: HostRestoreRequest,
): HostRestoreNodes {
  const options = hostFilesOptions(service, request.host);
  const { host } = options;
  const what = request.only ?? 'all files of the backup';
  const look = step<Compared, Looked>({
    id: 'look',
    title: `Look what would change on ${host.name}`,
    inputs: { host: host.name, only: request.only ?? '', id: request.id ?? '' },
    outputs: lookedSchema,
    timeoutMs: 3_600_000,
    read: async (ctx) => {
      const backup = await open();
      return compareHost(backup, recordMeant(await catalogueNow(backup), request), request.only, ctx.signal);
    },
    decide: (found) => ({ kind: 'nothing', why: lookWords(found, service.clock.now()) }),
    collect: (_results, found, ctx) => lookedOf(found, setOf(ctx.run, found.record)),
    planned: (found) => lookedOf(found, '<look.set>'),
    probe: 'repeatable',
  });
  const accounts = action<null>({
    id: 'accounts',
    title: `Make accounts that own these files and are missing on ${host.name}`,
    description: 'With the numbers that they had, and without a password. They stay when the files are taken back.',
    inputs: { host: host.name },
    read: async () => null,
    decide: (_facts, ctx) => {
      const missing = ctx.outputOf(look).accounts;
      return missing.length === 0
        ? { kind: 'nothing', why: 'all are there' }
        : { kind: 'do', effects: [hostAccountsEffect(options, missing, QUICK_MS)] };
    },
    probe: 'repeatable',
    timeoutMs: QUICK_MS,
  });
  const put = opaque({
    id: 'put',
    title: `Put ${what} in place on ${host.name}`,
    inputs: { host: host.name, only: request.only ?? '' },
    outputs: putSchema,
    promise: `the backup is read and compared with its digest first; then each file is written beside the one that is there and takes its name, with owner, mode, ACLs and attributes; what was there is kept below ${options.reach.root}/restore on ${host.name}; files that are not in the backup stay`,
    probe: 'repeatable',
    timeoutMs: 24 * 3_600_000,
    run: async (ctx) => {
      const begin = ctx.clock.monotonic();
      const backup = await open();
      const { id, set } = ctx.outputOf(look);
      const record = recordMeant(await catalogueNow(backup), { ...request, id });
      const wanted = isPutBack(service.environment, request.only);
      const stored = await storedOf(backup, record, { wanted }, ctx.signal);
      const sent = await sendStored(
        {
          ...{ record, repository: backup.repository, secrets: service.secrets, clock: ctx.clock, signal: ctx.signal },
          to: { argv: hostPutArgv(options, { set, digest: stored.chosen, fence: ctx.fence }) },
          problemOf: (end) => hostFilesProblem(host, end),
        },
        wanted,
      );
      ctx.note(`${host.name}: ${sent.trim()}`);
      const files = stored.entries.filter(({ path, kind }) => wanted(path, kind)).length;
      return { files, seconds: (ctx.clock.monotonic() - begin) / 1000 };
    },
  });
  const compare = action<Compared>({
    id: 'compare',
    title: `Compare what is on ${host.name} with the backup`,
    inputs: { host: host.name },
    timeoutMs: 3_600_000,
    read: async (ctx) => {
      // In a plan this stops here: nothing was put yet.
      ctx.outputOf(put);
      const backup = await open();
      const record = recordMeant(await catalogueNow(backup), { ...request, id: ctx.outputOf(look).id });
      return compareHost(backup, record, request.only, ctx.signal);
    },
    decide: ({ changes }) => {
      const other = changes.filter(({ what: found }) => found !== 'extra');
      return other.length > 0
        ? {
            kind: 'refuse',
            problems: [
              notTheSame(
                host.name,
                other.map(({ path }) => path),
              ),
            ],
          }
        : { kind: 'nothing', why: 'content, owners, modes, ACLs and attributes are those of the backup' };
    },
    probe: 'repeatable',
  });
  const reload = action<null>({
    id: 'reload',
    title: request.reload.length === 0 ? 'Nothing is to be reloaded' : `Reload ${request.reload.join(', ')}`,
    inputs: { units: [...request.reload] },
    read: async () => null,
    decide: () =>
      request.reload.length === 0
        ? { kind: 'nothing', why: 'no unit is named' }
        : { kind: 'do', effects: [hostUnitEffect(options, 'reload', request.reload, QUICK_MS)] },
    probe: 'repeatable',
    timeoutMs: QUICK_MS,
  });
  const settle = action<null>({
    id: 'settle',
    title: 'Let what was put stay',
    description:
      'Until then another restore first takes it back, so that what is kept is what was there before all of it.',
    read: async () => null,
    decide: (_facts, ctx) => ({ kind: 'do', effects: [hostSettleEffect(options, ctx.outputOf(look).set, QUICK_MS)] }),
    probe: 'repeatable',
    timeoutMs: QUICK_MS,
  });
  const back = action<null>({
    id: 'back',
    title: `Bring back what was there on ${host.name}`,
    read: async () => null,
    decide: (_facts, ctx) => ({
      kind: 'do',
      effects: [
        // Repeatable, and nothing where nothing was put.
        hostBackEffect(options, ctx.outputOf(look).set, 3_600_000),
        ...(request.reload.length === 0 ? [] : [hostUnitEffect(options, 'reload', request.reload, QUICK_MS)]),
      ],
    }),
    probe: 'repeatable',
    timeoutMs: 3_600_000,
  });
  return {
    ...{ look, accounts },
    put: sequence({
      id: 'files',
      title: `Put ${what} in place on ${host.name}`,
      steps: [put, compare, reload, settle],
      rollback: back,
    }),
    told: put,
  };
}

/** @throws ProblemError when it did not come through: then what was there before is there again */
export async function restoreHost(door: DoorOptions, request: HostRestoreRequest): Promise<HostRestored> {
  const backup = await openBackup(door, request.environment);
  const { service } = backup;
  const options = hostFilesOptions(service, request.host);
  const nodes = hostRestoreNodes(async () => backup, service, request);
  const tree = procedure({
    id: 'restore-host-files',
    title: `Restore ${request.only ?? 'files'} on ${request.host}`,
    description:
      'Files out of the backup take the place of those on the host; what was there is kept, and comes back when something is not the same.',
    // That of releases: nothing else changes the host meanwhile, and the host knows its fence.
    environment: service.target.environment,
    inputs: {
      ...{ environment: request.environment, host: request.host, only: request.only ?? '', id: request.id ?? '' },
      reload: [...request.reload],
    },
    root: sequence({
      id: 'restore',
      title: 'Restore files of a host',
      steps: [
        hostsNode({ ...options.reach, hosts: [options.host], exec: service.exec }, 'its files'),
        nodes.look,
        nodes.accounts,
        nodes.put,
      ],
    }),
  });
  const result = await runAgain(tree, engineOptions(service));
  const [looked, put] = [result.outputs(nodes.look), result.outputs(nodes.told)];
  if (result.outcome !== 'done' || looked === undefined || put === undefined) throw notOver(result);
  return { run: result.run, host: request.host, ...looked, ...put };
}

/** Takes back what a restore has put, by the name of its set. @throws ProblemError when it did not come through */
export async function undoHostRestore(
  door: DoorOptions,
  { environment, host: name, set }: { readonly environment: string; readonly host: string; readonly set: string },
): Promise<string> {
  const { service } = await openBackup(door, environment);
  const options = hostFilesOptions(service, name);
  const tree = procedure({
    id: 'restore-host-undo',
    title: `Bring back what was on ${name} before a restore`,
    description:
      'The files that a restore has replaced, and which the host has kept, are put in place again; those that it made are deleted.',
    environment: service.target.environment,
    inputs: { environment, host: name, set },
    root: sequence({
      id: 'undo',
      title: 'Bring back what was there',
      steps: [
        hostsNode({ ...options.reach, hosts: [options.host], exec: service.exec }, 'its files'),
        action<null>({
          id: 'back',
          title: `Bring back what was there on ${name}`,
          read: async () => null,
          decide: () => ({ kind: 'do', effects: [hostBackEffect(options, set, 3_600_000)] }),
          probe: 'repeatable',
          timeoutMs: 3_600_000,
        }),
      ],
    }),
  });
  const result = await runAgain(tree, engineOptions(service));
  if (result.outcome !== 'done') throw notOver(result);
  return result.run;
}

function lookedOf({ record, changes, accounts, missing, enable }: Compared, set: string): Looked {
  const { id, takenAt, host } = record;
  return {
    ...{ id, takenAt, set, differs: changes.length, accounts, missing: [...missing], enable, bytes: host.bytes },
  };
}

/** A later restore of the same backup is another set: what it finds is kept anew. Pure. */
function setOf(run: string, { id }: HostFilesBackup): string {
  return createHash('sha256').update(`${run} ${id}`).digest('hex').slice(0, 32);
}

/** For a plan and a journal. Pure. */
export function lookWords({ record, changes, put }: Compared, now: number): string {
  const old = formatDuration(Math.max(0, Math.floor((now - Date.parse(record.takenAt)) / 1000) * 1000));
  const count = (test: (what: (typeof changes)[number]['what']) => boolean): number =>
    changes.filter(({ what }) => test(what)).length;
  return `${record.id} (${record.state}), ${old} old, ${put} files: ${count((what) => what === 'missing')} are missing there, ${count((what) => typeof what !== 'string')} are others, ${count((what) => what === 'extra')} are not in the backup and stay`;
}

function notTheSame(host: string, paths: readonly string[]): Problem {
  return {
    code: 'backup.host-differs',
    where: host,
    found: `not as in the backup: ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`,
    expected: 'every file as it was stored',
    remedy:
      'look who else writes there (a configuration tool, the service itself), stop it, and run it again; what was there before is there again',
  };
}
