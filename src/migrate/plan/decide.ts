import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { formatBinarySize } from '../../model/size.ts';
import type { RewriteConfig } from '../rewrite/config.ts';
import { fitting } from '../rewrite/fitting.ts';
import type { Trial } from '../shadow/trial.ts';
import type { PlanConfig } from './config.ts';
import type { Facts, Reply, TableFacts } from './facts.ts';
import type { Manner, Source } from './manner.ts';

/** How one statement will be run: from what the throw-away server did with it and from what only the target knows. Pure. */

export interface Case {
  /** `0007_owner.sql:3`. */
  readonly where: string;
  readonly trial: Trial;
  /** The table that it changes, as the server writes its name. */
  readonly table: string | null;
  readonly facts: Facts;
  readonly replies: readonly Reply[];
  /** Tables that an earlier statement of this plan makes: nobody uses them yet. */
  readonly fresh: ReadonlySet<string>;
  /** An earlier statement of this plan changes rows: what does not fit now may fit then. */
  readonly rowsBefore: boolean;
  /** Whose word it is: nobody's when the throw-away server is of another version. */
  readonly source: Source;
}

/** The manner, and what the reviewer should know besides. */
export interface Decided {
  readonly manner: Manner;
  /** Who waits for whom meanwhile. */
  readonly blocks: string;
  readonly table: TableFacts | null;
  readonly notes: readonly string[];
}

/** A statement that changes nothing but the description of a table. */
const MOMENT_MS = 100;

export function decide(input: Case, budget: PlanConfig, rewrite: RewriteConfig): Decided {
  const { trial, where, facts, replies, fresh, rowsBefore } = input;
  if (trial.kind === 'unclear') return refuse([unclear(where, trial)]);
  if (trial.kind === 'failed') return refuse([failed(where, trial)]);
  const { shape } = trial;
  const table = facts.tables.find((one) => one.table === input.table) ?? null;
  const violated = replies.filter((reply) => reply.kind === 'violated');
  if (violated.length > 0 && !rowsBefore)
    return { ...refuse(violated.map((reply) => doesNotFit(where, reply))), table };
  const notes = [
    ...violated.map(({ question }) => `now there is ${question.what}: an earlier statement must mend that`),
    ...replies.flatMap((reply) =>
      reply.kind === 'unknown' ? [`not checked: ${reply.question.what} (${reply.why})`] : [],
    ),
  ];
  const isFresh = input.table !== null && fresh.has(input.table);
  const none = isFresh || table?.rows === 0;
  const estimateMs = none ? MOMENT_MS : estimateOf(trial, table, budget);
  const direct = (why: string): Decided => ({
    manner: {
      ...{ kind: 'direct', sql: trial.sql, algorithm: trial.algorithm, lock: trial.lock },
      ...{ rebuilds: trial.rebuilds, source: input.source, estimateMs, why },
    },
    blocks: isFresh ? 'nobody: the table is new' : blocksOf(trial),
    table,
    notes,
  });
  if (none) return direct(isFresh ? 'the table is made by this plan' : 'the table has no row');
  if (shape.kind === 'plain') return direct(plainWhy(shape.what));
  if (shape.kind === 'rows') return direct('changes rows, in one transaction with its mark');
  if (trial.algorithm === 'INSTANT') return direct('the server changes only the description of the table');
  const problems = tooMuch(where, trial, table, facts, estimateMs, budget);
  if (problems.length === 0) return direct(whyOf(trial));
  return byTool(input, trial, table, problems, estimateMs, rewrite, notes);
}

type Accepted = Extract<Trial, { kind: 'accepted' }>;

/** Everything that the server would do itself at too high a price. */
function tooMuch(
  where: string,
  trial: Accepted,
  table: TableFacts | null,
  { server }: Facts,
  estimateMs: number | null,
  budget: PlanConfig,
): readonly Problem[] {
  const writersWait = trial.lock !== 'NONE';
  const problem = (code: string, found: string, expected: string): Problem => ({
    ...{ code, where, found, expected },
    remedy:
      'set `database.rewrite.tool` to a tool that copies in the background, write the change as a new column with a backfill, or raise the limit for a window in which that is accepted',
  });
  if (table?.bytes === null || table === null || estimateMs === null) {
    if (!trial.rebuilds && !writersWait) return [];
    return [problem('migrate.plan-unknown-size', 'a table whose size is not known', 'a size that the server tells')];
  }
  const found: Problem[] = [];
  if (writersWait && estimateMs > budget.blockBelow) {
    const what = `${trial.algorithm}, LOCK=${trial.lock}: writes would wait some ${formatDuration(estimateMs)} on ${formatBinarySize(table.bytes)}`;
    found.push(
      problem(
        'migrate.plan-blocks',
        what,
        `at most ${formatDuration(budget.blockBelow)}, as database.plan.blockBelow says`,
      ),
    );
  }
  if (trial.rebuilds && !writersWait && table.bytes > budget.rebuildBelow) {
    const what = `${formatBinarySize(table.bytes)} of ${table.table} would be written anew`;
    found.push(
      problem(
        'migrate.plan-rebuilds',
        what,
        `at most ${formatBinarySize(budget.rebuildBelow)}, as database.plan.rebuildBelow says`,
      ),
    );
  }
  // The copy, and the log of what is written meanwhile.
  if (trial.rebuilds && server.freeBytes !== null && server.freeBytes < table.bytes * 1.2) {
    const what = `${formatBinarySize(server.freeBytes)} free where the data lies, for a copy of ${formatBinarySize(table.bytes)}`;
    found.push({
      ...problem('migrate.plan-disk', what, 'room for the copy and a fifth more'),
      remedy: 'make room on that disk first',
    });
  }
  return found;
}

function byTool(
  { where, facts }: Case,
  trial: Accepted,
  table: TableFacts | null,
  problems: readonly Problem[],
  estimateMs: number | null,
  rewrite: RewriteConfig,
  notes: readonly string[],
): Decided {
  const { shape } = trial;
  const refused = { ...refuse(problems), table, notes };
  if (rewrite.tool === 'never' || problems.some(({ code }) => code === 'migrate.plan-disk')) return refused;
  if (shape.kind !== 'alter' || table === null) return refused;
  const found = fitting(rewrite, {
    table,
    server: facts.server,
    parts: shape.parts,
    unique: trial.changes.unique.length,
  });
  if (found.kind === 'none') {
    return {
      ...refused,
      ...refuse([
        ...problems,
        {
          ...{ code: 'migrate.plan-tool', where, found: found.why },
          expected: 'a table that the tool can copy',
          remedy: 'write the change as a new column or table with a backfill',
        },
      ]),
    };
  }
  const why = problems.map(({ found: reason }) => reason).join('; ');
  return {
    manner: { kind: 'tool', tool: found.tool, alter: shape.parts, table: shape.table, estimateMs, why },
    blocks: 'others for a moment when the tables are swapped',
    table,
    notes: [...notes, ...found.notes],
  };
}

function estimateOf(trial: Accepted, table: TableFacts | null, { rebuildRate }: PlanConfig): number | null {
  if (trial.shape.kind === 'rows') return null;
  const reads =
    trial.changes.indexes.length > 0 || trial.changes.checks.length > 0 || trial.changes.foreignKeys.length > 0;
  if (trial.shape.kind === 'plain' || trial.algorithm === 'INSTANT') return MOMENT_MS;
  if (!trial.rebuilds && !reads && trial.algorithm !== 'COPY') return MOMENT_MS;
  if (table === null || table.bytes === null) return null;
  return MOMENT_MS + Math.round((table.bytes / rebuildRate) * 1000);
}

function blocksOf({ lock, algorithm, shape }: Accepted): string {
  if (shape.kind === 'rows') return 'writers of the same rows, until it is done';
  if (shape.kind === 'plain' || algorithm === 'INSTANT') return 'others for a moment, at its metadata lock';
  if (lock === null) return 'others as long as it takes: no assertion is possible here';
  if (lock === 'NONE') return 'others for a moment at its beginning and end';
  return lock === 'SHARED' ? 'writers, as long as it takes' : 'readers and writers, as long as it takes';
}

function plainWhy(what: string): string {
  if (what.startsWith('CREATE')) return 'makes something new';
  return 'takes a metadata lock for a moment';
}

function whyOf({ rebuilds, refused }: Accepted): string {
  const before = refused === '' ? '' : `; less was refused: ${refused}`;
  return `${rebuilds ? 'the table is written anew, within the limits' : 'the table stays where it is'}${before}`;
}

function refuse(problems: readonly Problem[]): Decided {
  return { manner: { kind: 'refused', problems }, blocks: 'nothing is run', table: null, notes: [] };
}

function unclear(where: string, { found, remedy }: Extract<Trial, { kind: 'unclear' }>): Problem {
  return {
    ...{ code: 'migrate.plan-unclear', where, found },
    expected: 'a statement whose algorithm and lock can be asserted',
    remedy,
  };
}

/** 1044, 1045, 1142, 1143, 1227, 1290, 1370, 1419: rights that the user on the throw-away server does not have, whatever the target's may. */
const RIGHTS = new Set([1044, 1045, 1142, 1143, 1227, 1290, 1370, 1419]);

function failed(where: string, { found, errno }: Extract<Trial, { kind: 'failed' }>): Problem {
  if (RIGHTS.has(errno)) {
    return {
      ...{ code: 'migrate.plan-not-allowed', where, found },
      expected: 'a statement that stays inside the database: no files, accounts, plugins, other databases or definers',
      remedy: 'do this apart from migrations, or take that part out of the statement',
    };
  }
  return {
    ...{ code: 'migrate.plan-fails', where, found },
    expected: 'a statement that the server runs on the structure of the target',
    remedy: 'mend what the server names; nothing was changed on the target',
  };
}

function doesNotFit(where: string, { question }: Reply): Problem {
  return {
    ...{
      code: 'migrate.plan-rows',
      where,
      found: question.what,
      expected: 'rows that fit what the statement asks for',
    },
    remedy: question.remedy,
  };
}
