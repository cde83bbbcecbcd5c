import { z } from 'zod';
import {
  type FilesBackup,
  type HostFilesBackup,
  isAhead,
  isGood,
  isOfHost,
  placeOf,
  readStored,
  verifyFiles,
} from '../../backup/index.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import { opaque, procedure, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { hostsToBackUp } from './hosts.ts';
import { type BackupEnvironment, catalogueNow, keepRecord, leaseName, openBackup, runBackup } from './open.ts';

/** Verifying files: what is stored is read back, unpacked as it goes by, and compared with what was read on its host, or on this machine. */

const verifiedSchema = z.strictObject({
  /** `local`: this machine. */
  host: z.string(),
  id: z.string(),
  state: z.enum(['verified', 'suspect']),
  why: z.string().nullable(),
  entries: z.number(),
  seconds: z.number(),
});
export type VerifiedHost = Readonly<z.infer<typeof verifiedSchema>>;

/** False: only files are backed up. @throws ProblemError when nothing is configured */
export async function hasDatabase(door: DoorOptions, environment: string): Promise<boolean> {
  return (await openBackup(door, environment)).database !== null;
}

/** The newest of this machine and of each host, one after the other. What it found stands in the catalogue. @throws ProblemError where nothing could be found out */
export async function verifyHosts(
  door: DoorOptions,
  environment: string,
): Promise<{ readonly run: string | null; readonly hosts: readonly VerifiedHost[] }> {
  const backup = await openBackup(door, environment);
  const { files } = await catalogueNow(backup);
  const now = backup.service.clock.now();
  const here = backup.settings.files.length === 0 ? [] : [LOCAL_HOST];
  const records = [...here, ...hostsToBackUp(backup).map(({ host }) => host.name)].flatMap((name) => {
    const good = files.filter((one) => placeOf(one) === name && isGood(one));
    const newest = good.findLast((one) => !isAhead(one, now)) ?? good.at(-1);
    return newest === undefined ? [] : [newest];
  });
  if (records.length === 0) return { run: null, hosts: [] };
  const nodes = records.map((one) => (isOfHost(one) ? hostStep(backup, one) : hereStep(backup, one)));
  const result = await runBackup(
    backup,
    procedure({
      id: 'backup-verify-hosts',
      title: `Verify ${records.length} backups of files of ${environment} by reading them back`,
      description: 'No host is asked, and nothing is written to a disk.',
      environment: leaseName(backup),
      inputs: { environment, ids: records.map(({ id }) => id) },
      root: sequence({ id: 'verify', title: 'Read back and compare', steps: nodes }),
    }),
  );
  const hosts = nodes.map((node) => result.outputs(node));
  if (hosts.includes(undefined)) {
    throw new ProblemError({
      code: 'backup.not-over',
      where: `run ${result.run}`,
      found: 'a verification that recorded nothing',
      expected: 'an answer for each host',
      remedy: 'run `shiplock backup verify` again',
    });
  }
  return { run: result.run, hosts: hosts.filter((one) => one !== undefined) };
}

function hostStep(backup: BackupEnvironment, record: HostFilesBackup) {
  const { host } = record;
  return readBackStep(backup, record, {
    id: `host-${host.name}`,
    title: `Read the files of ${host.name} back and compare`,
    promise: `${backup.repository.program} gives back ${host.file}; type, owner, mode, attributes and content of ${host.entries} files are compared with what was read on the host`,
    look: async (ports) => ({ verdict: await readStored({ record, ...ports }), entries: host.entries }),
    proven: (proof) => ({ ...record, host: { ...host, verified: proof ?? host.verified } }),
  });
}

function hereStep(backup: BackupEnvironment, record: FilesBackup) {
  const { here, paths } = record;
  return readBackStep(backup, record, {
    id: 'files',
    title: 'Read the files of this machine back and compare',
    promise: `${backup.repository.program} gives back every file of ${paths.join(', ')}, each piece is compared with its digest, and their number and bytes with what was read when they were stored`,
    look: (ports) => verifyFiles(record, ports),
    proven: (proof) =>
      here === undefined ? record : { ...record, here: { ...here, verified: proof ?? here.verified } },
  });
}

type Ports = Parameters<typeof verifyFiles>[1];

interface ReadBack {
  readonly id: string;
  readonly title: string;
  readonly promise: string;
  look(ports: Ports): Promise<Awaited<ReturnType<typeof verifyFiles>>>;
  /** The record with what proves it; null: it was not the same, and an earlier proof stays. */
  proven(proof: { readonly at: string; readonly seconds: number } | null): FilesBackup;
}

/** What it found stands in the catalogue. */
function readBackStep(backup: BackupEnvironment, record: FilesBackup, { id, title, promise, look, proven }: ReadBack) {
  const { service, repository, settings } = backup;
  return opaque({
    ...{ id, title, promise },
    inputs: { id: record.id, snapshot: record.snapshot },
    outputs: verifiedSchema,
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    run: async (ctx) => {
      const begin = ctx.clock.monotonic();
      const { verdict, entries } = await look({
        ...{ repository, secrets: service.secrets, clock: ctx.clock, signal: ctx.signal },
      });
      const seconds = (ctx.clock.monotonic() - begin) / 1000;
      const good = verdict.kind === 'agrees';
      const state = good ? ('verified' as const) : ('suspect' as const);
      const why = good ? null : verdict.why;
      const proof = good ? { at: new Date(ctx.clock.now()).toISOString(), seconds } : null;
      await keepRecord(backup, { ...proven(proof), state, why });
      return { host: placeOf(record), id: record.id, state, why, entries, seconds };
    },
  });
}
