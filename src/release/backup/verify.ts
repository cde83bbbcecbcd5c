import { z } from 'zod';
import {
  type Catalogue,
  chainOf,
  type FullBackup,
  isAhead,
  type Segment,
  type Verdict,
  verifyFull,
  verifySegment,
} from '../../backup/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { opaque, procedure, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import {
  type BackupEnvironment,
  catalogueNow,
  keepRecord,
  leaseName,
  openBackup,
  programsOf,
  runBackup,
  startThrowAway,
} from './open.ts';
import { proveFiles } from './physical.ts';

/** Verifying: the newest full backup is restored into a throw-away server and compared, and the logs behind it are read back. */

export interface VerifyRequest {
  readonly environment: string;
  /** Which full backup; left out: the newest. */
  readonly id?: string | undefined;
}

const verifiedSchema = z.strictObject({
  id: z.string(),
  state: z.enum(['verified', 'failed', 'suspect']),
  why: z.string().nullable(),
  seconds: z.number(),
  tables: z.number(),
  rows: z.number(),
  /** Binary logs that were read back, and those of them that did not come back as they were. */
  segments: z.number(),
  broken: z.array(z.string()).readonly(),
});

export interface VerifiedBackup extends z.infer<typeof verifiedSchema> {
  readonly run: string;
}

/** What it found is an answer, and stands in the catalogue. @throws ProblemError where nothing could be found out */
export async function verifyBackup(door: DoorOptions, { environment, id }: VerifyRequest): Promise<VerifiedBackup> {
  const backup = await openBackup(door, environment);
  const full = fullMeant(await catalogueNow(backup), environment, id, backup.service.clock.now());
  const node = verifyStep(backup, full);
  const tree = procedure({
    id: 'backup-verify',
    title: `Verify the backup ${full.id} of ${environment} by restoring it`,
    description: 'Nothing of the service is touched: the server on which it is restored is made for this and deleted.',
    environment: leaseName(backup),
    inputs: { environment, id: full.id },
    root: sequence({ id: 'verify', title: 'Restore and compare', steps: [node] }),
  });
  const result = await runBackup(backup, tree);
  const found = result.outputs(node);
  if (found === undefined) throw new ProblemError(noAnswer(result.run));
  return { run: result.run, ...found };
}

function verifyStep(backup: BackupEnvironment, full: FullBackup) {
  const { service, settings, repository } = backup;
  const { family } = full.server;
  const { client, server } = programsOf(settings, family);
  return opaque({
    id: 'restore',
    title: `Restore ${full.id} and compare`,
    inputs: { id: full.id, snapshot: full.snapshot, server, client },
    outputs: verifiedSchema,
    promise: `${full.form === 'physical' ? `${server} is started on the restored files, the logs up to the place of the sums are replayed` : `${server} is started on an empty directory, ${client} reads the backup into it`}, and rows and sums of ${full.tables.length} tables are compared with those of the moment of the backup; the binary logs behind it are read back`,
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    run: async (ctx) => {
      const begin = ctx.clock.monotonic();
      const common = { repository, secrets: service.secrets, clock: ctx.clock, signal: ctx.signal };
      const known = (await catalogueNow(backup)).segments;
      const verdict =
        full.form === 'physical'
          ? await proveFiles(backup, full, known, ctx)
          : await verifyFull({
              ...{ ...common, full, client },
              start: async () => {
                const { socketPath, administrator, close } = await startThrowAway(backup, family, full.settings);
                return { socketPath, session: administrator, close };
              },
            });
      const { segments } = chainOf({ ...full, state: 'stored' }, (await catalogueNow(backup)).segments);
      const broken: string[] = [];
      for (const segment of segments) {
        const answer = await verifySegment(segment, common);
        if (answer.kind !== 'agrees') broken.push(segment.file);
        await keepRecord(backup, segmentAfter(segment, answer));
        if (answer.kind !== 'agrees') ctx.note(`${segment.file}: ${answer.why}`);
      }
      const seconds = (ctx.clock.monotonic() - begin) / 1000;
      const after = fullAfter(full, verdict, {
        at: new Date(ctx.clock.now()).toISOString(),
        ...{ seconds, segments: segments.length - broken.length },
      });
      await keepRecord(backup, after);
      return {
        ...{
          id: full.id,
          state: verdict.kind === 'agrees' ? ('verified' as const) : verdict.kind,
          why: after.why,
          seconds,
        },
        tables: full.tables.length,
        rows: full.tables.reduce((sum, { rows }) => sum + rows, 0),
        ...{ segments: segments.length, broken },
      };
    },
  });
}

/** Pure. */
export function fullAfter(full: FullBackup, verdict: Verdict, proof: NonNullable<FullBackup['verified']>): FullBackup {
  return verdict.kind === 'agrees'
    ? { ...full, state: 'verified', verified: proof, why: null }
    : { ...full, state: verdict.kind, why: verdict.why };
}

/** Pure. */
export function segmentAfter(segment: Segment, verdict: Verdict): Segment {
  return verdict.kind === 'agrees'
    ? { ...segment, state: 'verified', why: null }
    : { ...segment, state: verdict.kind, why: verdict.why };
}

/**
 * The one that was named, else the newest; one whose time lies ahead of now is the newest only where there is no other. Pure.
 * @param now milliseconds since 1970
 * @throws ProblemError when there is none
 */
export function fullMeant({ fulls }: Catalogue, environment: string, id: string | undefined, now: number): FullBackup {
  const found =
    id === undefined
      ? (fulls.findLast((one) => !isAhead(one, now)) ?? fulls.at(-1))
      : fulls.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'backup.not-found',
    where: environment,
    found: id === undefined ? 'no full backup' : `no full backup ${id}`,
    expected:
      fulls.length === 0
        ? 'at least one'
        : `one of ${fulls
            .map((one) => one.id)
            .slice(-5)
            .join(', ')}`,
    remedy: fulls.length === 0 ? 'take one: `shiplock backup run`' : '`shiplock backup list` names them',
  });
}

function noAnswer(run: string): Problem {
  return {
    code: 'backup.not-over',
    where: `run ${run}`,
    found: 'a verification that recorded nothing',
    expected: 'an answer',
    remedy: 'run `shiplock backup verify` again',
  };
}
