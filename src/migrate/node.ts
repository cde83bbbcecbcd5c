import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import type { Problem } from '../model/problem.ts';
import { action, sequence, step } from '../procedure/build.ts';
import type { DecideContext, Decision, Node, ProbeAnswer, ReadContext, Sequence, Step } from '../procedure/tree.ts';
import {
  CREATE_TABLES,
  markAllDone,
  markApplied,
  markDone,
  markRunning,
  markStarted,
  sessionSettings,
} from './bookkeeping.ts';
import type { DatabaseLook, DatabaseServer, Family, MigrationDatabase, Presence } from './database.ts';
import type { Migration } from './files.ts';
import { pendingMigrations, schemaAfter, schemaState } from './pending.ts';
import { kindOf, type StatementKind, titleOf } from './statement.ts';

export interface MigrateOptions {
  readonly database: MigrationDatabase;
  /** Family the migrations are written for. */
  readonly engine: Family;
  /** All files of the release, as `readMigrations` gives them. */
  readonly migrations: readonly Migration[];
  /** How long a statement may wait for a lock, milliseconds; rounded up to whole seconds. */
  readonly lockWaitTimeoutMs: number;
  /** How often a statement that did not get its lock is tried. */
  readonly lockAttempts: number;
  /** How long one statement may run, milliseconds. */
  readonly statementTimeoutMs: number;
}

const namesSchema = z.array(z.string()).readonly();
const checkOutputs = z.strictObject({
  /** Expand migrations this run applies. */
  pending: namesSchema,
  /** Backfill and contract migrations that wait for a run of their own. */
  left: namesSchema,
  before: z.string(),
  after: z.string(),
});
export type MigrateOutputs = Readonly<z.infer<typeof checkOutputs>>;

export interface MigrateNodes {
  readonly node: Sequence;
  /** First step of the node: what is pending, what is left, the schema state before and after. */
  readonly check: Step<DatabaseLook, MigrateOutputs>;
}

/**
 * Applies the pending expand migrations of a release. Each file is a sequence with a journaled step per statement, since MySQL
 * cannot roll structure changes back; what is applied already decides `nothing`. The tree holds every expand file, so that it is
 * the same before, during and after the run.
 */
export function migrateNodes(options: MigrateOptions): MigrateNodes {
  const check = checkStep(options);
  const files = options.migrations.filter((migration) => migration.header.phase === 'expand');
  const node = sequence({
    id: 'migrate',
    title: 'Apply pending expand migrations',
    description:
      'Backfill and contract migrations are not part of a release. A rollback never undoes what is applied here.',
    steps: [check, ...files.map((migration) => migrationNode(migration, options))],
  });
  return { node, check };
}

/** As `migrateNodes`, for composers that need no outputs. */
export function migrateProcedureNode(options: MigrateOptions): Node {
  return migrateNodes(options).node;
}

function checkStep(options: MigrateOptions): Step<DatabaseLook, MigrateOutputs> {
  const { database, engine, migrations } = options;
  const outputs = (look: DatabaseLook): MigrateOutputs => {
    const pending = pendingMigrations(look.applied, migrations);
    const { apply, left } = pending.ok ? pending.value : { apply: [], left: [] };
    return {
      pending: apply.map((migration) => migration.id),
      left: left.map((migration) => `${migration.id} (${migration.header.phase})`),
      before: schemaState(look.applied),
      after: schemaAfter(look.applied, apply),
    };
  };
  return step<DatabaseLook, MigrateOutputs>({
    id: 'check',
    title: 'Compare the migrations with the database',
    inputs: { database: database.resource, engine, files: migrations.map(({ id, sha256 }) => `${id} ${sha256}`) },
    read: async (ctx) => {
      const look = await database.look();
      ctx.note(describe(outputs(look)));
      return look;
    },
    decide: (look) => {
      const pending = pendingMigrations(look.applied, migrations);
      const problems = [
        ...otherFamily(look.server, engine, database.resource),
        ...(pending.ok ? [] : pending.problems),
      ];
      if (problems.length > 0) return { kind: 'refuse', problems };
      const why = describe(outputs(look));
      if (look.prepared) return { kind: 'nothing', why };
      return { kind: 'do', effects: [sql(options, CREATE_TABLES, 'tables that remember what was applied')], why };
    },
    outputs: checkOutputs,
    collect: (_results, look) => outputs(look),
    planned: outputs,
    probe: 'repeatable',
  });
}

function describe({ pending, left, before, after }: MigrateOutputs): string {
  const todo = pending.length === 0 ? 'nothing is pending' : `pending: ${pending.join(', ')}`;
  const rest = left.length === 0 ? '' : `; left for a run of their own: ${left.join(', ')}`;
  return `${todo}${rest}; schema ${before}${after === before ? '' : ` → ${after}`}`;
}

function migrationNode(migration: Migration, options: MigrateOptions): Node {
  return sequence({
    id: migration.id,
    title: `Migration ${migration.id}`,
    steps: [
      ...migration.statements.map((_, index) => statementStep(migration, index + 1, options)),
      recordStep(migration, options),
    ],
  });
}

/** What is known about one statement before it runs. */
export interface StatementFacts {
  readonly applied: boolean;
  readonly mark: 'none' | 'started' | 'done';
  readonly markRun: string | null;
  /** Only for statements that add something. */
  readonly presence: Presence | null;
}

async function readStatement(
  migration: Migration,
  number: number,
  kind: StatementKind,
  database: MigrationDatabase,
): Promise<StatementFacts> {
  const look = await database.look();
  const row = look.applied.find((candidate) => candidate.id === migration.id);
  const mark = row?.marks.find((candidate) => candidate.number === number);
  const open = row?.state !== 'applied' && mark?.state !== 'done';
  return {
    applied: row?.state === 'applied',
    mark: mark?.state ?? 'none',
    markRun: mark?.run ?? null,
    presence: open && kind.kind === 'adds' ? await database.presence(kind.objects) : null,
  };
}

function statementStep(migration: Migration, number: number, options: MigrateOptions): Step<StatementFacts, object> {
  const statement = migration.statements[number - 1] ?? { sql: '', line: 0 };
  const kind = kindOf(statement.sql);
  const where = `${migration.file}:${statement.line}`;
  return action<StatementFacts>({
    id: `statement-${number}`,
    title: titleOf(statement.sql),
    inputs: { migration: migration.id, sha256: migration.sha256, number },
    read: () => readStatement(migration, number, kind, options.database),
    decide: (facts, ctx) => {
      const answer = judge(facts, kind, ctx);
      const writer = { run: ctx.run, fence: ctx.fence };
      const before = [
        sessionSettings(options.lockWaitTimeoutMs),
        markRunning(migration, writer),
        markStarted(migration, number, ctx.run),
      ];
      const done = markDone(migration, number);
      switch (answer) {
        case 'done':
          return { kind: 'nothing', why: 'it is applied' };
        case 'mark-only':
          return perform(options, [...before, done], 'what it adds is there; only its mark is missing');
        case 'run':
          return perform(
            options,
            kind.kind === 'rows'
              ? [...before, 'START TRANSACTION', statement.sql, done, 'COMMIT']
              : [...before, statement.sql, done],
            `${migration.id}, statement ${number} of ${migration.statements.length}`,
          );
        case 'exists':
          return { kind: 'refuse', problems: [existsAlready(where, statement.sql)] };
        case 'cannot-tell':
          return { kind: 'refuse', problems: [cannotTell(where, migration.id, number, facts.markRun ?? '')] };
      }
    },
    probe: (ctx) => probeStatement(migration, number, kind, options, ctx),
    retry: { attempts: options.lockAttempts, delayMs: 1000 },
    timeoutMs: options.statementTimeoutMs + 30_000,
  });
}

export type StatementAnswer = 'done' | 'run' | 'mark-only' | 'exists' | 'cannot-tell';

/** Pure: what to do with a statement, from what is known about it. */
export function judge(
  facts: StatementFacts,
  kind: StatementKind,
  ctx: Pick<DecideContext, 'mode' | 'run'>,
): StatementAnswer {
  if (facts.applied || facts.mark === 'done') return 'done';
  if (facts.mark === 'none') {
    // In a plan an earlier statement may still take it away.
    return facts.presence === 'present' && ctx.mode === 'run' ? 'exists' : 'run';
  }
  if (kind.kind === 'rows' || kind.kind === 'repeatable') return 'run';
  if (facts.presence === 'present') return 'mark-only';
  if (facts.presence === 'absent') return 'run';
  // In the run that started it, it is tried again because the server refused it, or because a person said it did not happen.
  return facts.markRun === ctx.run ? 'run' : 'cannot-tell';
}

async function probeStatement(
  migration: Migration,
  number: number,
  kind: StatementKind,
  options: MigrateOptions,
  ctx: ReadContext,
): Promise<ProbeAnswer> {
  const { database } = options;
  // The server goes on with a statement whose controller died, and keeps our lock until it is done.
  const deadline = ctx.clock.monotonic() + options.statementTimeoutMs;
  while (!(await database.idle())) {
    if (ctx.clock.monotonic() > deadline) return 'unknown';
    ctx.note('waiting for the server: the statement may still be running there');
    await ctx.clock.sleep(500, ctx.signal);
  }
  const facts = await readStatement(migration, number, kind, database);
  if (facts.applied || facts.mark === 'done') return 'applied';
  if (facts.mark === 'none' || kind.kind === 'rows' || kind.kind === 'repeatable') return 'not-applied';
  if (facts.presence === 'present') return 'applied';
  return facts.presence === 'absent' ? 'not-applied' : 'unknown';
}

/** Closes a migration once all its statements are done: later releases see it as applied. */
function recordStep(migration: Migration, options: MigrateOptions): Step<boolean, object> {
  return action<boolean>({
    id: 'record',
    title: `Record ${migration.id} as applied`,
    inputs: { migration: migration.id, sha256: migration.sha256 },
    read: async () => {
      const look = await options.database.look();
      return look.applied.some((row) => row.id === migration.id && row.state === 'applied');
    },
    decide: (applied, ctx) => {
      if (applied) return { kind: 'nothing', why: 'it is recorded' };
      const writer = { run: ctx.run, fence: ctx.fence };
      return perform(
        options,
        [
          sessionSettings(options.lockWaitTimeoutMs),
          'START TRANSACTION',
          markAllDone(migration),
          markApplied(migration, writer),
          'COMMIT',
        ],
        'every statement of it is done',
      );
    },
    probe: 'repeatable',
  });
}

function sql(options: MigrateOptions, statements: readonly string[], why: string): Effect {
  const { dsn, lock, resource } = options.database;
  return { kind: 'sql', dsn, statements, lock, resource, why, timeoutMs: options.statementTimeoutMs };
}

function perform(options: MigrateOptions, statements: readonly string[], why: string): Decision {
  return { kind: 'do', effects: [sql(options, statements, why)] };
}

/** The two families write some structure differently, and neither says so before a statement fails half-way through a file. Pure. */
export function otherFamily(server: DatabaseServer, engine: Family, where: string): readonly Problem[] {
  if (server.family === engine) return [];
  return [
    {
      code: 'migrate.other-family',
      where,
      found: `${NAMES[server.family]} ${server.version}, ${server.comment}`,
      expected: `${NAMES[engine]}, as \`database.engine: ${engine}\` says`,
      remedy: `mend the address in \`database.dsn\`, or write \`engine: ${server.family}\` if the migrations are meant for it`,
    },
  ];
}

const NAMES: Readonly<Record<Family, string>> = { mysql: 'MySQL', mariadb: 'MariaDB' };

function existsAlready(where: string, statement: string): Problem {
  return {
    code: 'migrate.exists-already',
    where,
    found: `what \`${titleOf(statement)}\` adds is there already, and no migration put it there`,
    expected: 'a structure that only migrations change',
    remedy: 'compare it with the file; then drop it, or write IF NOT EXISTS when it is exactly the same',
  };
}

function cannotTell(where: string, id: string, number: number, run: string): Problem {
  return {
    code: 'migrate.cannot-tell',
    where,
    found: `run ${run} started this statement and never said that it was done`,
    expected: 'a statement that is done, or was never started',
    remedy:
      `look at the database; then \`shiplock resume ${run} --step migrate/${id}/statement-${number} --outcome applied\` ` +
      '(or `not-applied`) with your evidence',
  };
}
