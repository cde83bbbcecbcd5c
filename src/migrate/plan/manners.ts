import type { Text } from '../../model/effect.ts';
import type { Clock, Exec, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Migration } from '../files/files.ts';
import { type Expected, expectedAfter } from '../guards/after.ts';
import type { RewriteConfig } from '../rewrite/config.ts';
import type { Family } from '../server/database.ts';
import { resolveDsn } from '../server/dsn.ts';
import { openDsnSession, ServerRefusal, type Session } from '../server/session.ts';
import { readStructure } from '../server/structure.ts';
import { age, CAP_NEAR } from '../shadow/age.ts';
import type { ShadowConfig } from '../shadow/config.ts';
import { openShadow, type Shadow } from '../shadow/open.ts';
import { type Trial, tryStatement } from '../shadow/trial.ts';
import { commentVersion } from '../sql/outline.ts';
import type { PlanConfig } from './config.ts';
import { type Decided, decide } from './decide.ts';
import { askTarget, boundSession, type Facts, type Reply, readFacts } from './facts.ts';
import { type Layout, readLayout } from './layout.ts';
import { questionsOf } from './questions.ts';
import { shapeOf } from './shape.ts';

/** How every pending statement will be run: tried on a throw-away server, weighed by what the target knows. Changes nothing there. */

export interface MannersOptions {
  readonly dsn: Text;
  readonly secrets: Secrets;
  readonly engine: Family;
  readonly connectTimeoutMs: number;
  readonly shadow: ShadowConfig;
  readonly budget: PlanConfig;
  readonly rewrite: RewriteConfig;
  /** Those that are pending, in order. */
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly exec: Exec;
}

export interface MannerPlan {
  readonly family: Family;
  /** Versions, as the servers write them. */
  readonly target: string;
  readonly shadow: string;
  /** Where the two differ: what the throw-away server says is then no promise. */
  readonly warnings: readonly string[];
  readonly server: Facts['server'];
  readonly statements: readonly PlannedManner[];
  /** What the statements change, as the throw-away server had it after them; null where that is no promise. */
  readonly after: Expected | null;
}

export interface PlannedManner extends Decided {
  readonly migration: string;
  /** 1-based, in its file. */
  readonly number: number;
  /** As it stands in its file. */
  readonly sql: string;
  /** `0007_owner.sql:3`. */
  readonly where: string;
}

/** Makes the plan. The throw-away server is gone afterwards, whatever happens. @throws ProblemError */
export async function planManners(options: MannersOptions): Promise<MannerPlan> {
  const { dsn: text, secrets, connectTimeoutMs, engine, budget } = options;
  const dsn = resolveDsn(text, secrets);
  const session = await openDsnSession(dsn, connectTimeoutMs);
  try {
    await boundSession(session, engine, budget.questionTimeout);
    const shadow = await openShadow({ ...options, database: dsn.database, target: session });
    try {
      return await plan(options, dsn.database, session, shadow);
    } catch (error) {
      throw error instanceof ServerRefusal ? cannotLook(dsn.resource, error) : error;
    } finally {
      await shadow.close();
    }
  } finally {
    await session.close();
  }
}

async function plan(
  { migrations, budget, rewrite, engine, clock }: MannersOptions,
  database: string,
  session: Session,
  shadow: Shadow,
): Promise<MannerPlan> {
  const layout = await readLayout(session, engine);
  const folded = (name: string | null): string | null => (shadow.foldsNames ? (name?.toLowerCase() ?? null) : name);
  const version = commentVersion(shadow.version);
  const statements = migrations.flatMap((migration) =>
    migration.statements.map(({ sql, line }, index) => {
      const shape = shapeOf(sql, engine, version);
      const table = folded(shape.kind === 'unclear' ? null : shape.table);
      return { migration: migration.id, number: index + 1, sql, where: `${migration.file}:${line}`, table, shape };
    }),
  );
  const names = statements.flatMap(({ table }) => (table === null ? [] : [table]));
  const facts = await readFacts(names, layout, { session, family: engine, database, clock });
  const warnings = [...shadow.warnings];
  for (const { table, rowVersions } of facts.tables) {
    if (rowVersions === null || rowVersions + statements.length < CAP_NEAR) continue;
    if (!(await age(table, rowVersions, shadow))) warnings.push(`the row versions of ${table} could not be made alike`);
  }
  const there = new Set(layout.columns.map(({ table }) => table));
  const fresh = new Set<string>();
  const structures = { target: await readStructure(session.ask), before: await readStructure(shadow.user.ask) };
  const planned: PlannedManner[] = [];
  let rowsBefore = false;
  let failed: string | null = null;
  for (const { migration, number, sql, where, table, shape } of statements) {
    const trial: Trial =
      failed === null
        ? await tryStatement(sql, shape, shadow)
        : {
            kind: 'unclear',
            found: `not tried, since ${failed} was not understood or failed`,
            remedy: 'mend that one first',
          };
    if (trial.kind !== 'accepted') failed ??= where;
    const replies = trial.kind === 'accepted' ? await ask(trial, { database, layout, session, shadow }) : [];
    const source = shadow.promises ? 'shadow' : 'grammar';
    planned.push({
      ...{ migration, number, sql, where },
      ...decide({ where, trial, table, facts, replies, fresh, rowsBefore, source }, budget, rewrite),
    });
    if (shape.kind === 'rows') rowsBefore = true;
    const makes = shape.kind === 'plain' && /^CREATE .*TABLE$/.test(shape.what);
    if (makes && table !== null && !there.has(table)) fresh.add(table);
  }
  const promised = shadow.promises && failed === null;
  const after = promised
    ? expectedAfter(structures.target, structures.before, await readStructure(shadow.user.ask))
    : null;
  return {
    after,
    ...{ family: engine, target: shadow.targetVersion, shadow: shadow.version, warnings },
    ...{ server: facts.server, statements: planned },
  };
}

interface Asking {
  readonly database: string;
  readonly layout: Layout;
  readonly session: Session;
  readonly shadow: Shadow;
}

async function ask(
  { changes }: Extract<Trial, { kind: 'accepted' }>,
  { database, layout, session, shadow }: Asking,
): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (const question of questionsOf(changes, database, shadow.noZeroDates))
    replies.push(await askTarget(question, layout, session));
  return replies;
}

function cannotLook(where: string, { message }: ServerRefusal): ProblemError {
  return new ProblemError({
    ...{ code: 'migrate.plan-cannot-look', where, found: message },
    expected: 'a target and a throw-away server that answer what a plan has to know',
    remedy:
      'give the users the rights to read the database and information_schema, and PROCESS on the throw-away server',
  });
}
