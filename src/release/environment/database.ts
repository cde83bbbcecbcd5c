import type { ResolvedDatabase, ResolvedEnvironment } from '../../config/index.ts';
import {
  EMPTY_SCHEMA,
  ledgerRows,
  type Migration,
  migrateProcedureNode,
  migrationRef,
  migrationStatus,
  openDatabase,
  pendingMigrations,
  planManners,
  plannedStatements,
  readMigrations,
  readSeed,
  type SchemaState,
  schemaAfter,
  schemaState,
  seedNode,
} from '../../migrate/index.ts';
import type { LedgerRow } from '../../model/ledger.ts';
import type { Windows } from '../../model/people.ts';
import { unwrap } from '../../model/problem.ts';
import { digestOf, toJson } from '../../procedure/journal/canonical.ts';
import type { Service } from '../door.ts';
import { readPolicy } from '../policy/policy.ts';
import { staysSteps } from './stays.ts';
import type { DatabaseTarget, LedgerQuestion } from './target.ts';

/** The database of an environment, with the migrations that lie in the checkout. */
export async function openDatabaseTarget(
  whole: ResolvedEnvironment,
  settings: ResolvedDatabase,
  service: Service,
): Promise<DatabaseTarget> {
  const { environment } = whole;
  const policyWindows = policyWindowsOf(service, whole);
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
    apply: settings.apply,
    rewrite: settings.rewrite,
  });
  const refs = migrations.map(migrationRef);
  return {
    name: database().name,
    migrations: refs,
    stays: (staying, stable, unproven) =>
      stable === null ? null : staysSteps(staying, stable, 'the migrations', unproven),
    schema: async (withinMs) => schemaState((await database(withinMs).look()).applied),
    after: async (phase = 'expand') => {
      const { applied } = await database().look();
      const { apply, left } = unwrap(pendingMigrations(applied, migrations));
      return schemaAfter(
        applied,
        [...apply, ...left].filter((migration) => migration.header.phase === phase),
      );
    },
    planned: async () => {
      const opened = database();
      const { applied } = await opened.look();
      const digest = digestOf({ structure: await opened.structure(), applied: toJson(applied) });
      const { apply } = unwrap(pendingMigrations(applied, migrations));
      return { state: schemaState(applied), digest, statements: plannedStatements(apply) };
    },
    schemas: async (contract) => {
      const { applied } = await database().look();
      const { apply, left } = unwrap(pendingMigrations(applied, migrations));
      const from = stateOf(
        migrations.filter(({ id }) => applied.some((row) => row.id === id && row.state === 'applied')),
      );
      return { from, to: stateOf([...from.migrations, ...apply, ...(contract ? left : [])]) };
    },
    manners: async () => {
      const { shadow, plan: budget, rewrite, dsn, engine, connectTimeoutMs } = settings;
      if (shadow === null) return null;
      const { apply } = unwrap(pendingMigrations((await database().look()).applied, migrations));
      const { secrets, clock, exec } = service;
      return planManners({
        dsn,
        engine,
        connectTimeoutMs,
        shadow,
        budget,
        rewrite,
        migrations: apply,
        secrets,
        clock,
        exec,
      });
    },
    status: async () => {
      const opened = database();
      const { applied } = await opened.look();
      return migrationStatus(applied, migrations, await opened.bothStructures(), await opened.restorePoints());
    },
    policyWindows,
    migrate: ({ manner, phase, expected, heeds } = {}) =>
      migrateProcedureNode({
        ...options(),
        ...{ migrations, manner, phase, expected },
        hours: async (ctx) => {
          const own = settings.apply.guards.windows;
          const asked = heeds?.(ctx) === true ? await policyWindows() : null;
          return [own, asked].filter((one) => one !== null);
        },
        lint: { ...settings.lint, migrations: settings.migrations },
      }),
    seed: () => (seed === null ? null : seedNode({ ...options(), seed })),
    rows: (question) =>
      settings.compatibility?.required === true ? declaredRows(question).map(unproven) : declaredRows(question),
  };
}

const POLICY_MS = 60_000;

/** A run of many statements asks for them before each. */
function policyWindowsOf(service: Service, environment: ResolvedEnvironment): () => Promise<Windows | null> {
  let read: { readonly at: number; readonly windows: Windows | null } | undefined;
  return async () => {
    const now = service.clock.monotonic();
    if (read === undefined || now - read.at > POLICY_MS) {
      read = { at: now, windows: (await readPolicy(service, environment))?.rules.windows ?? null };
    }
    return read.windows;
  };
}

function stateOf(migrations: readonly Migration[]): SchemaState {
  // A backfill changes rows, not the schema.
  const last = migrations.findLast((migration) => migration.header.phase !== 'backfill');
  return { state: last?.id ?? EMPTY_SCHEMA, migrations };
}

/** What the headers of a release's migrations declare about the version that runs and about the release itself. Pure. */
export function declaredRows({ release, stable, from, time }: LedgerQuestion): readonly LedgerRow[] {
  const ran = stable === null ? [] : [{ version: stable, proof: `it served on ${from}` }];
  return ledgerRows({ release, from, ran, time });
}

/** Where proof is asked for, a header that breaks nothing says nothing. Pure. */
function unproven(row: LedgerRow): LedgerRow {
  if (row.answer !== 'yes' || !row.proof.startsWith('declared ')) return row;
  return { ...row, answer: 'unknown', proof: `not proven, only ${row.proof}` };
}
