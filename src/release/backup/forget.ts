import {
  begunFile,
  type Repository,
  type Retention,
  readBegun,
  recordFile,
  recordName,
  retention,
} from '../../backup/index.ts';
import type { Effect } from '../../model/effect.ts';
import { action, procedure, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { type BackupEnvironment, catalogueNow, leaseName, openBackup, repositoryLook, runBackup } from './open.ts';
import { restic } from './restic.ts';

/** Letting old backups go: decided here from the catalogue, told to each repository by the names of snapshots. */

export interface ForgetPlan {
  /** Why each full backup stays, by its id. */
  readonly kept: Readonly<Record<string, string>>;
  readonly forget: readonly string[];
}

export interface Forgotten extends ForgetPlan {
  readonly run: string | null;
}

/** Looks only. */
export async function planForget(door: DoorOptions, environment: string): Promise<ForgetPlan> {
  const backup = await openBackup(door, environment);
  return planOf(retention(await catalogueNow(backup), backup.settings.keep, backup.service.clock.now()));
}

/** The entry goes before its snapshot: what is cut leaves a snapshot that nobody believes in, never an entry without one. */
export async function forgetBackups(door: DoorOptions, environment: string): Promise<Forgotten> {
  const backup = await openBackup(door, environment);
  const catalogue = await catalogueNow(backup);
  const decided = retention(catalogue, backup.settings.keep, backup.service.clock.now());
  const { run } = await runBackup(
    backup,
    procedure({
      id: 'backup-forget',
      title: `Let old backups of ${environment} go`,
      description: 'The backup that reaches furthest and the newest that was verified stay, whatever is configured.',
      environment: leaseName(backup),
      inputs: { environment },
      root: sequence({
        id: 'forget',
        title: 'Let old backups go',
        steps: [
          entriesStep(backup, decided),
          ...[backup.repository, ...backup.copies].map((repository, at) =>
            snapshotsStep(backup, repository, decided, at),
          ),
          clearStep(backup),
        ],
      }),
    }),
  );
  return { run, ...planOf(decided) };
}

function planOf({ kept, forget }: Retention): ForgetPlan {
  return { kept: Object.fromEntries(kept), forget: forget.map(recordName) };
}

const QUICK_MS = 60_000;

function entriesStep({ place }: BackupEnvironment, { forget }: Retention) {
  const ids = new Set(forget.map(({ id }) => id));
  const file = (path: string, content: string | null): Effect => ({ kind: 'file', path, content, timeoutMs: QUICK_MS });
  return action<null>({
    id: 'entries',
    title: 'Take them out of the catalogue',
    inputs: { forget: forget.map(recordName) },
    read: async () => null,
    decide: () =>
      forget.length === 0
        ? { kind: 'nothing', why: 'nothing is old enough' }
        : {
            kind: 'do',
            effects: [
              // When this is cut, their snapshots are found by these.
              ...[...ids].map((id) => file(begunFile(place, id), '')),
              ...forget.map((record) => file(recordFile(place, record), null)),
            ],
          },
    probe: 'repeatable',
  });
}

/** Catalogues that stay in a repository. */
const CATALOGUES = 10;

/** Those of ours whose entry is gone. What others tagged, or nobody, is never touched. */
function snapshotsStep(backup: BackupEnvironment, repository: Repository, { forget }: Retention, at: number) {
  const { environment } = backup.service;
  return action<readonly string[]>({
    id: at === 0 ? 'snapshots' : `snapshots-${at}`,
    title: `Forget their snapshots in ${repository.repository}`,
    inputs: { repository: repository.repository },
    timeoutMs: backup.settings.timeoutMs + QUICK_MS,
    read: async (ctx) => {
      const tags = ['shiplock', `service:${environment.service}`, `environment:${environment.environment}`];
      const found = await repositoryLook(backup, repository).snapshots(tags);
      const now = await catalogueNow(backup);
      const gone = new Set([...forget.map(({ id }) => id), ...(await readBegun(backup.place))]);
      // Entries are still there while this is only planned.
      const going = new Set(ctx.mode === 'plan' ? forget : []);
      const left = [...now.fulls, ...now.segments, ...now.files].filter((record) => !going.has(record));
      return toForget(found, gone, new Set(left.map(({ id }) => id)));
    },
    decide: (ids) => {
      const prune: Effect = {
        ...restic(repository, ['prune'], 'what no snapshot needs'),
        timeoutMs: backup.settings.timeoutMs,
      };
      return ids.length === 0
        ? { kind: 'nothing', why: 'none is to be forgotten' }
        : {
            kind: 'do',
            effects: [
              restic(repository, ['unlock'], 'locks of commands that are gone'),
              restic(repository, ['forget', ...ids], 'no entry names them'),
              prune,
            ],
          };
    },
    probe: 'repeatable',
  });
}

/** The marks of the first step go last. */
function clearStep({ place }: BackupEnvironment) {
  return action<readonly string[]>({
    id: 'clear',
    title: 'Clear the marks',
    read: () => readBegun(place),
    decide: (ids) =>
      ids.length === 0
        ? { kind: 'nothing', why: 'there are none' }
        : {
            kind: 'do',
            effects: ids.map((id) => ({
              ...{ kind: 'file' as const, path: begunFile(place, id), content: null, timeoutMs: QUICK_MS },
            })),
          },
    probe: 'repeatable',
  });
}

/**
 * Snapshots of what is gone, and of all but the newest catalogues. By id and not by snapshot, since a copy of a snapshot in another repository has another
 * name. Pure.
 */
export function toForget(
  snapshots: readonly { readonly id: string; readonly tags: readonly string[] }[],
  gone: ReadonlySet<string>,
  left: ReadonlySet<string>,
): readonly string[] {
  const tag = (tags: readonly string[], name: string): string =>
    tags.find((one) => one.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
  const isCatalogue = ({ tags }: { readonly tags: readonly string[] }): boolean => tag(tags, 'kind') === 'catalogue';
  const old = snapshots
    .filter(isCatalogue)
    .toSorted((a, b) => (tag(a.tags, 'id') < tag(b.tags, 'id') ? 1 : -1))
    .slice(CATALOGUES);
  const without = snapshots.filter((one) => {
    const id = tag(one.tags, 'id');
    return id !== '' && !isCatalogue(one) && gone.has(id) && !left.has(id);
  });
  return [...old, ...without].map(({ id }) => id);
}
