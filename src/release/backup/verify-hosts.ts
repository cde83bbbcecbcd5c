import { z } from 'zod';
import { type HostFilesBackup, isAhead, readStored } from '../../backup/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { opaque, procedure, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { hostsToBackUp, ofHost } from './hosts.ts';
import { catalogueNow, keepRecord, leaseName, openBackup, runBackup } from './open.ts';

/** Verifying files of hosts: what is stored is read back, unpacked as it goes by, and every file compared with what was read on its host. */

const verifiedSchema = z.strictObject({
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

/** The newest of each host, one after the other. What it found stands in the catalogue. @throws ProblemError where nothing could be found out */
export async function verifyHosts(
  door: DoorOptions,
  environment: string,
): Promise<{ readonly run: string | null; readonly hosts: readonly VerifiedHost[] }> {
  const backup = await openBackup(door, environment);
  const { files } = await catalogueNow(backup);
  const now = backup.service.clock.now();
  const records = hostsToBackUp(backup).flatMap(({ host }): readonly HostFilesBackup[] => {
    const all = ofHost(files, host.name);
    const newest = all.findLast((one) => !isAhead(one, now)) ?? all.at(-1);
    return newest === undefined ? [] : [newest];
  });
  if (records.length === 0) return { run: null, hosts: [] };
  const { service, repository, settings } = backup;
  const nodes = records.map((record) =>
    opaque({
      id: `host-${record.host.name}`,
      title: `Read the files of ${record.host.name} back and compare`,
      inputs: { id: record.id, snapshot: record.snapshot },
      outputs: verifiedSchema,
      promise: `${repository.program} gives back ${record.host.file}; type, owner, mode, attributes and content of ${record.host.entries} files are compared with what was read on the host`,
      probe: 'repeatable',
      timeoutMs: settings.timeoutMs,
      run: async (ctx) => {
        const begin = ctx.clock.monotonic();
        const answer = await readStored({
          ...{ record, repository, secrets: service.secrets, clock: ctx.clock, signal: ctx.signal },
        });
        const seconds = (ctx.clock.monotonic() - begin) / 1000;
        const at = new Date(ctx.clock.now()).toISOString();
        const good = answer.kind === 'agrees';
        const state = good ? ('verified' as const) : ('suspect' as const);
        const why = good ? null : answer.why;
        const proof = good ? { at, seconds } : record.host.verified;
        await keepRecord(backup, { ...record, host: { ...record.host, verified: proof }, state, why });
        return { host: record.host.name, id: record.id, state, why, entries: record.host.entries, seconds };
      },
    }),
  );
  const result = await runBackup(
    backup,
    procedure({
      id: 'backup-verify-hosts',
      title: `Verify the files of ${records.length} hosts of ${environment} by reading them back`,
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
