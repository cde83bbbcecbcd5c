import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import type { Phase } from '../../model/release.ts';
import { sequence, step } from '../../procedure/build.ts';
import type { Node, Sequence, Step } from '../../procedure/tree.ts';
import type { Migration } from '../files/files.ts';
import { type Pending, pendingMigrations, schemaAfter, schemaState } from '../files/pending.ts';
import { asPlannedStep } from '../guards/after.ts';
import { lintStep } from '../lint/step.ts';
import type { DatabaseLook, DatabaseServer, Family } from '../server/database.ts';
import { originProblems, ownOrigin } from '../server/origin.ts';
import { ADD_COLUMNS, CREATE_TABLES, markAllDone, markApplied, sessionSettings } from './bookkeeping.ts';
import { perform, sqlOf } from './effect.ts';
import type { MigrateOptions } from './options.ts';
import { driftStep, rememberStep } from './remember.ts';
import { recordsItself, statementStep } from './statement.ts';

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
  const { phase = 'expand', migrations } = options;
  const check = checkStep(options, phase);
  const files = migrations.filter((migration) => migration.header.phase === phase);
  const rules = options.lint === undefined ? [] : [lintStep({ ...options, lint: options.lint })];
  const parts = files.map((migration) => ({
    migration,
    statements: migration.statements.map((_, index) => statementStep(migration, index + 1, options)),
    record: recordStep(migration, options),
  }));
  const end = parts.at(-1);
  const last = end !== undefined && recordsItself(end.migration) ? end.statements.at(-1) : end?.record;
  const node = sequence({
    id: 'migrate',
    title: `Apply pending ${phase} migrations`,
    description: ABOUT[phase],
    steps: [
      ...rules,
      check,
      driftStep(options),
      ...parts.map(({ migration, statements, record }) =>
        sequence({ id: migration.id, title: `Migration ${migration.id}`, steps: [...statements, record] }),
      ),
      ...(options.expected === undefined ? [] : [asPlannedStep(options.database, options.expected)]),
      rememberStep(options, last),
    ],
  });
  return { node, check };
}

const ABOUT: Readonly<Record<Phase, string>> = {
  expand: 'Backfill and contract migrations are not part of a release. A rollback never undoes what is applied here.',
  backfill: 'Rows are changed in ranges of their primary key; a run that was cut goes on behind the last range.',
  contract: 'What no version that serves needs any more is taken away. Nothing brings it back but a restore.',
};

/** As `migrateNodes`, for composers that need no outputs. */
export function migrateProcedureNode(options: MigrateOptions): Node {
  return migrateNodes(options).node;
}

function checkStep(options: MigrateOptions, phase: Phase): Step<DatabaseLook, MigrateOutputs> {
  const { database, engine, migrations, environment } = options;
  const outputs = (look: DatabaseLook): MigrateOutputs => {
    const pending = pendingMigrations(look.applied, migrations);
    const { apply, left } = pending.ok ? pending.value : { apply: [], left: [] };
    const own = (migration: Migration): boolean => migration.header.phase === phase;
    const todo = [...apply, ...left].filter(own);
    return {
      pending: todo.map((migration) => migration.id),
      left: [...apply, ...left]
        .filter((migration) => !own(migration))
        .map((migration) => `${migration.id} (${migration.header.phase})`),
      before: schemaState(look.applied),
      after: schemaAfter(look.applied, todo),
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
        ...originProblems(look.origin, environment, database.resource),
        ...(pending.ok ? earlierFirst(pending.value, phase) : pending.problems),
      ];
      if (problems.length > 0) return { kind: 'refuse', problems };
      const why = describe(outputs(look));
      const statements = [
        ...{ yes: [], no: CREATE_TABLES, older: [ADD_COLUMNS] }[look.prepared],
        ...(look.origin === null ? ownOrigin(environment) : []),
      ];
      if (statements.length === 0) return { kind: 'nothing', why };
      return { kind: 'do', effects: [sqlOf(options, statements, 'tables that remember what was applied')], why };
    },
    outputs: checkOutputs,
    collect: (_results, look) => outputs(look),
    planned: outputs,
    probe: 'repeatable',
  });
}

/** Rows are filled, and things taken away, only when what comes before them is there. Pure. */
function earlierFirst({ apply, left }: Pending, phase: Phase): readonly Problem[] {
  const order: readonly Phase[] = ['expand', 'backfill', 'contract'];
  const last = [...apply, ...left].findLast((migration) => migration.header.phase === phase)?.number ?? 0;
  return [...apply, ...left]
    .filter(({ header, number }) => number < last && order.indexOf(header.phase) < order.indexOf(phase))
    .map(({ id, file, header }) => ({
      code: 'migrate.earlier-first',
      where: `${file}:1`,
      found: `${id} (${header.phase}) is not applied, and a ${phase} migration comes after it`,
      expected: 'every earlier migration of an earlier phase applied',
      remedy:
        header.phase === 'expand'
          ? 'release, or run `shiplock migrate`, first'
          : 'run `shiplock migrate --backfill` first',
    }));
}

function describe({ pending, left, before, after }: MigrateOutputs): string {
  const todo = pending.length === 0 ? 'nothing is pending' : `pending: ${pending.join(', ')}`;
  const rest = left.length === 0 ? '' : `; left for a run of their own: ${left.join(', ')}`;
  return `${todo}${rest}; schema ${before}${after === before ? '' : ` → ${after}`}`;
}

/** `all-done`: its statements are, and nobody has closed it. */
type Recorded = 'applied' | 'all-done' | 'open';

/** Closes a migration once all its statements are done: later releases see it as applied. */
function recordStep(migration: Migration, options: MigrateOptions): Step<Recorded, object> {
  const { verify } = migration;
  return step<Recorded, object>({
    id: 'record',
    title: `Record ${migration.id} as applied`,
    inputs: {
      ...{ migration: migration.id, sha256: migration.sha256 },
      ...(verify === undefined ? {} : { verify: verify.sha256 }),
    },
    read: async () => {
      const [row] = await options.database.recorded([migration.id]);
      if (row?.state === 'applied') return 'applied';
      const last = row?.marks.find(({ number }) => number === migration.statements.length);
      return last?.state === 'done' ? 'all-done' : 'open';
    },
    decide: (recorded, ctx) => {
      if (recorded === 'applied') return { kind: 'nothing', why: 'it is recorded' };
      // A plan is made before the statements run, and the last of them will have done it.
      if (ctx.mode === 'plan' && recorded === 'open' && recordsItself(migration))
        return { kind: 'nothing', why: 'its last statement records it' };
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
        verify === undefined ? 'every statement of it is done' : `${verify.file} finds nothing wrong`,
        verify === undefined ? {} : { checks: verify.queries },
      );
    },
    // No outputs in a plan: what comes after it is decided when it is done.
    outputs: z.strictObject({}),
    collect: () => ({}),
    probe: 'repeatable',
    marked: true,
    ...(verify === undefined ? {} : { timeoutMs: options.statementTimeoutMs + 30_000 }),
  });
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
