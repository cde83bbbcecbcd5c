import type { ResolvedCompatibility, ResolvedDatabase } from '../../config/index.ts';
import { openScratch, proofRow, prove, type Suite, type Tried } from '../../migrate/index.ts';
import type { LedgerRow } from '../../model/ledger.ts';
import { ProblemError } from '../../model/problem.ts';
import { action, type Procedure, procedure } from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import { describedVersion } from '../build/naming.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import type { DatabaseTarget, Target } from '../environment/target.ts';
import { ledgerEffect, type ReleaseRecord, readLedger } from '../record.ts';
import { runAgain } from '../run/again.ts';
import { commitMeant, stableRecord } from '../run/release.ts';
import { agreeWithGit, tellGit } from '../run/shared.ts';
import { throwAway } from './server.ts';
import { suiteIn, withCommit } from './suite.ts';

/** Which versions run on which schema, found out by trying, and written into the ledger. */

export interface ProveRequest {
  /** Address of a throw-away server, `mysql://root:password@127.0.0.1:3399/`; undefined: one is started here. */
  readonly server: string | undefined;
  /** What the release will be called; undefined: as `release` would name it. */
  readonly version: string | undefined;
  /** With the backfill and contract migrations that are pending too. */
  readonly contract: boolean;
  readonly allowDirty: boolean;
  /** Try, and leave the ledger as it is. */
  readonly dryRun: boolean;
  /** A line for people about what is being done. */
  readonly tell: (line: string) => void;
}

export interface Proven {
  readonly serving: string | null;
  readonly coming: string;
  readonly from: string;
  readonly to: string;
  /** Version of the throw-away server. */
  readonly server: string;
  readonly tried: readonly Tried[];
  readonly rows: readonly LedgerRow[];
  /** Run that wrote the ledger; null: nothing was to be written. */
  readonly run: string | null;
}

/** The suites run without any lease, since they touch the throw-away server only. Writing the ledger is a run of its own. */
export async function proveCompatibility(service: ServiceEnvironment, request: ProveRequest): Promise<Proven> {
  const { database, settings, compatibility } = provable(service);
  await agreeWithGit(service);
  const commit = await commitMeant(service, { commit: undefined, allowDirty: request.allowDirty });
  const coming = request.version ?? (await describedVersion(service, commit));
  const stable = await stableRecord(service);
  const schemas = await database.schemas(request.contract);
  const server = await throwAway(settings, request.server, service);
  const scratch = await openScratch(server.place, database.name).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  try {
    const tried = await withServing(service, stable, compatibility, (serving) =>
      prove({
        scratch,
        serving,
        coming: suiteIn(service.baseDir, coming, compatibility, service),
        ...schemas,
        tell: request.tell,
      }),
    );
    const time = new Date(service.clock.now()).toISOString();
    const rows = tried.map((one) => proofRow(one, time));
    return {
      serving: stable?.release.version ?? null,
      coming,
      from: schemas.from.state,
      to: schemas.to.state,
      server: scratch.version,
      tried,
      rows,
      run: request.dryRun ? null : await writeDown(service, rows),
    };
  } finally {
    await scratch.close();
    await server.close();
  }
}

function provable({ target, environment }: ServiceEnvironment): {
  readonly database: DatabaseTarget;
  readonly settings: ResolvedDatabase;
  readonly compatibility: ResolvedCompatibility;
} {
  const settings = environment.database;
  const compatibility = settings?.compatibility ?? null;
  if (target.database !== null && settings !== null && compatibility !== null) {
    return { database: target.database, settings, compatibility };
  }
  throw new ProblemError({
    code: 'release.nothing-to-prove-with',
    where: `environments.${target.environment}.database`,
    found: target.database === null ? 'no `database:`' : 'no `compatibility:` below it',
    expected: 'the command of the test suite that uses the database',
    remedy: 'write `compatibility: { command: […], env: { … } }` below `database:` in shiplock.yaml',
  });
}

/** With the suite of what serves, from the commit that it was built from. A release from elsewhere, or the same commit, has none of its own. */
function withServing<T>(
  service: ServiceEnvironment,
  stable: ReleaseRecord | null,
  compatibility: ResolvedCompatibility,
  use: (serving: Suite | null) => Promise<T>,
): Promise<T> {
  if (stable === null) return use(null);
  const { version, commit } = stable.release;
  return withCommit(service, commit, (directory) => use(suiteIn(directory, version, compatibility, service)));
}

async function writeDown(service: ServiceEnvironment, rows: readonly LedgerRow[]): Promise<string> {
  const result = await runAgain(ledgerProcedure(service.target, rows), engineOptions(service));
  await tellGit(service);
  if (result.outcome !== 'done') throw new ProblemError(result.problems);
  return result.run;
}

/** Writes what was proven. A row that stands there already is not written twice. */
export function ledgerProcedure(target: Target, rows: readonly LedgerRow[]): Procedure {
  const { store, environment, service } = target;
  return procedure({
    id: 'prove',
    title: `Write into the ledger of ${environment} what was proven`,
    description: 'Which application version runs on which schema; rollback, promotion and contract migrations ask it.',
    environment,
    inputs: { rows: rows.map((row) => ({ ...row })) },
    root: action({
      id: 'ledger',
      title: `Write ${rows.length} rows`,
      inputs: { rows: rows.map((row) => ({ ...row })) },
      read: () => readLedger(store, environment, service),
      decide: (ledger) => doOrNothing(ledgerEffect(store, environment, ledger, rows), 'it is written'),
      probe: 'repeatable',
    }),
  });
}
