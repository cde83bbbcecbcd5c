import type { ResolvedDatabase } from '../../config/index.ts';
import {
  ledgerRows,
  migrateProcedureNode,
  migrationRef,
  openDatabase,
  pendingMigrations,
  plannedStatements,
  readMigrations,
  readSeed,
  schemaAfter,
  schemaState,
  seedStep,
} from '../../migrate/index.ts';
import type { LedgerRow } from '../../model/ledger.ts';
import { unwrap } from '../../model/problem.ts';
import { digestOf, toJson } from '../../procedure/journal/canonical.ts';
import type { Service } from '../door.ts';
import type { DatabaseTarget, LedgerQuestion } from './target.ts';

/** The database of an environment, with the migrations that lie in the checkout. */
export async function openDatabaseTarget(
  environment: string,
  settings: ResolvedDatabase,
  service: Pick<Service, 'secrets'>,
): Promise<DatabaseTarget> {
  const migrations = await readMigrations(settings.migrations);
  const seed = settings.seed === null ? null : await readSeed(settings.seed);
  const database = (withinMs?: number) =>
    openDatabase({
      dsn: settings.dsn,
      secrets: service.secrets,
      connectTimeoutMs: Math.min(settings.connectTimeoutMs, withinMs ?? settings.connectTimeoutMs),
      queryTimeoutMs: withinMs,
    });
  const options = () => ({
    database: database(),
    engine: settings.engine,
    environment,
    lockWaitTimeoutMs: settings.lockWaitTimeoutMs,
    lockAttempts: settings.lockAttempts,
    statementTimeoutMs: settings.statementTimeoutMs,
  });
  const refs = migrations.map(migrationRef);
  return {
    migrations: refs,
    schema: async (withinMs) => schemaState((await database(withinMs).look()).applied),
    after: async () => {
      const { applied } = await database().look();
      return schemaAfter(applied, unwrap(pendingMigrations(applied, migrations)).apply);
    },
    planned: async () => {
      const opened = database();
      const { applied } = await opened.look();
      const digest = digestOf({ structure: await opened.structure(), applied: toJson(applied) });
      const { apply } = unwrap(pendingMigrations(applied, migrations));
      return { state: schemaState(applied), digest, statements: plannedStatements(apply) };
    },
    migrate: () => migrateProcedureNode({ ...options(), migrations }),
    seed: () => (seed === null ? null : seedStep({ ...options(), seed })),
    rows: declaredRows,
  };
}

/** What the headers of a release's migrations declare about the version that runs and about the release itself. Pure. */
export function declaredRows({ release, stable, from, time }: LedgerQuestion): readonly LedgerRow[] {
  const ran = stable === null ? [] : [{ version: stable, proof: `it served on ${from}` }];
  return ledgerRows({ release, from, ran, time });
}
