import { z } from 'zod';
import { ProblemError, type Result } from '../../model/problem.ts';
import { step } from '../../procedure/build.ts';
import type { DecideContext, Decision, ProbeAnswer, ReadContext, Step } from '../../procedure/tree.ts';
import { type Batched, batchOf, notCut, RANGE } from '../backfill/batch.ts';
import type { Migration } from '../files/files.ts';
import { type GuardFacts, noRoomFor, refusedBy } from '../guards/look.ts';
import { CREATE_RESTORE_TABLE } from '../guards/restore.ts';
import { rewriteRest, rewriteWork } from '../rewrite/decision.ts';
import { rewriteInput, rewriteOf, type ToolManner, toolOf } from '../rewrite/subject.ts';
import type { Presence } from '../server/database.ts';
import type { RewriteLook } from '../server/rewrites.ts';
import { type KeyColumn, structureHashOfNone, type TableSize } from '../server/tables.ts';
import { type Program, programOf } from '../sql/program.ts';
import { addsOne, kindOf, type StatementKind, titleOf } from '../sql/statement.ts';
import { around, guardsOf, type Subject } from './around.ts';
import {
  atOnce,
  markClosed,
  markDone,
  markQuery,
  markRunning,
  markStarted,
  progressQuery,
  saveProgress,
  sessionSettings,
} from './bookkeeping.ts';
import { type ApplyLimits, type Choice, choose } from './choose.ts';
import { perform, TRIED_AGAIN } from './effect.ts';
import { makerOf } from './maker.ts';
import type { MigrateOptions } from './options.ts';
import { cannotTell, existsAlready } from './statement-problems.ts';
import { shapeTells, waysOf } from './ways.ts';

/** What is known about one statement before it runs. */
export interface StatementFacts {
  readonly applied: boolean;
  readonly mark: 'none' | 'started' | 'done';
  readonly markRun: string | null;
  /** Whether what it makes is there; of one that takes a program away, whether that is gone. Null: that tells nothing. */
  readonly presence: Presence | null;
  /** What its tables are made of now, and were when it was started; null where that tells nothing. */
  readonly shape: string | null;
  readonly markShape: string | null;
  /** Some of its tables are gone and others are not: this server does one after the other. */
  readonly partly: boolean;
  /** Of the table whose structure it changes; null: there is none, it is our own, or nothing is changed. */
  readonly size: TableSize | null;
  /** Of the table that a backfill goes through, for ranges of it. */
  readonly key: readonly KeyColumn[] | null;
  /** Where the plan gives it to a tool: what such tools have left there. */
  readonly rewrite: RewriteLook | null;
  /** What is looked at only before a statement that is to run. */
  readonly guards: GuardFacts | null;
  /** This run has made the table or will, or a migration has that is not through yet: no version that is released knows it. */
  readonly own: boolean;
}

/** One statement of a migration as a journaled step: structure changes cannot be rolled back. */
export function statementStep(
  migration: Migration,
  number: number,
  options: MigrateOptions,
): Step<StatementFacts, object> {
  const statement = migration.statements[number - 1] ?? { sql: '', line: 0 };
  const kind = kindOf(statement.sql);
  const ways = waysOf(statement.sql, options.engine);
  const where = `${migration.file}:${statement.line}`;
  const inRanges = migration.header.phase === 'backfill' && kind.kind === 'rows';
  const cut = inRanges ? batchOf(statement.sql, where) : null;
  const subject: Subject = { migration, number, sql: statement.sql, kind, ways, cut, options };
  const tool = toolOf(options, migration.id, number);
  const waits = [ways.kind === 'guarded', options.apply.guards.maxLatencyMs !== null].filter((one) => one).length;
  const patienceMs = waits * options.apply.patienceMs;
  const usual = tool === undefined ? options.statementTimeoutMs + patienceMs : rewriteOf(options).timeout;
  return step<StatementFacts, object>({
    id: `statement-${number}`,
    title: titleOf(statement.sql),
    inputs: { migration: migration.id, sha256: migration.sha256, number },
    read: (ctx) => readStatement(subject, ctx),
    decide: (facts, ctx) => {
      switch (judge(facts, kind, ctx)) {
        case 'done':
          return { kind: 'nothing', why: 'it is applied' };
        case 'mark-only':
          return markOnly(subject, where, facts, ctx);
        case 'run':
          return runIt(subject, where, facts, ctx);
        case 'exists':
          return { kind: 'refuse', problems: [existsAlready(where, statement.sql)] };
        case 'cannot-tell':
          return { kind: 'refuse', problems: [cannotTell(where, migration.id, number, facts.markRun ?? '')] };
      }
    },
    probe: (ctx) => probeStatement(subject, ctx),
    marked: true,
    retry: { attempts: options.lockAttempts, delayMs: 1000, only: TRIED_AGAIN },
    timeoutMs: (inRanges ? options.apply.batch.timeoutMs : usual) + 30_000,
    // No outputs in a plan: what comes after it, and depends on the structure, is decided when it is done.
    outputs: z.strictObject({}),
    collect: () => ({}),
  });
}

async function readStatement(subject: Subject, ctx: ReadContext): Promise<StatementFacts> {
  const facts = await factsOf(subject, ctx.run);
  // Whoever started it may be dead, and the server still at it.
  const waits = facts.mark === 'started' && facts.markRun !== ctx.run && ctx.mode === 'run';
  const now = waits && (await untilIdle(subject, ctx)) ? await factsOf(subject, ctx.run) : facts;
  if (now.applied || now.mark === 'done') return now;
  return { ...now, guards: await guardsOf(subject, now, ctx) };
}

async function factsOf(
  { migration, number, sql, kind, ways, cut, options }: Subject,
  run: string,
): Promise<StatementFacts> {
  const { database, apply, migrations } = options;
  const tool = toolOf(options, migration.id, number);
  // Before the marks: another runner marks a statement, and then changes something.
  const program = kind.kind === 'other' ? programOf(sql) : null;
  const there = program === null ? null : await database.program(program);
  const presence = kind.kind === 'adds' ? await database.presence(kind.objects) : null;
  // One thing is there or not: what its table is made of besides would tell nothing more. Of what a tool does, all is looked at.
  const single = kind.kind === 'adds' && addsOne(kind.objects) && tool === undefined;
  const shape = !single && ways.kind === 'guarded' && shapeTells(ways) ? await database.shape(ways.tables) : null;
  const table = cut?.ok ? cut.value.table : ways.kind === 'guarded' ? ways.tables[0] : undefined;
  const maker = table === undefined ? undefined : makerOf(table, migrations, migration, number);
  const recorded = await database.recorded([...new Set([migration.id, ...(maker === undefined ? [] : [maker.id])])]);
  const row = recorded.find((candidate) => candidate.id === migration.id);
  const mark = row?.marks.find((candidate) => candidate.number === number);
  const open = row?.state !== 'applied' && mark?.state !== 'done';
  const effect = program === null ? presence : effectOf(program, there, mark?.state);
  // DROP INDEX leaves its table: that one is sent with an algorithm.
  const takesTables =
    ways.kind === 'guarded' && /^DROP\b/i.test(sql) && ways.gentle.some(({ algorithm }) => algorithm === null);
  const dropped = takesTables ? structureHashOfNone(ways.tables.length) : null;
  const made = recorded.find(({ id }) => id === maker?.id);
  const makerRun = made?.marks.find((one) => one.number === maker?.number)?.run ?? run;
  // Whoever began a migration that is not through yet: no version that is released knows what it has made.
  const own = maker !== undefined && (makerRun === run || made?.state !== 'applied');
  // Of such a table it does not matter, but for how its rows are gone through.
  const measured = open && (cut !== null || !own);
  return {
    guards: null,
    key: open && cut?.ok ? await database.key(cut.value.table) : null,
    applied: row?.state === 'applied',
    mark: mark?.state ?? 'none',
    markRun: mark?.run ?? null,
    ...{ presence: open ? effect : null, shape: open ? shape : null },
    markShape: mark?.shape ?? null,
    partly: dropped !== null && shape !== null && shape !== dropped && shape !== (mark?.shape ?? null),
    size: measured && table !== undefined ? await database.size(table, apply.copyBelowRows) : null,
    rewrite: tool === undefined || !open ? null : await database.rewrites(tool.table, migration.id, number),
    own,
  };
}

/** Is what a program statement does there? What is to be taken away may be missing from the start: the server says so then. */
function effectOf(program: Program, there: boolean | null, mark: 'started' | 'done' | undefined): Presence | null {
  if (program.does === 'adds') return there === true ? 'present' : 'absent';
  if (mark === undefined) return null;
  return there === true ? 'absent' : 'present';
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
  // Nobody else changes the structure. What looks as before was not changed, or does no harm a second time.
  if (facts.shape !== null && facts.markShape !== null && !facts.partly)
    return facts.shape === facts.markShape ? 'run' : 'mark-only';
  // In the run that started it, it is tried again because the server refused it, or because a person said it did not happen.
  return facts.markRun === ctx.run ? 'run' : 'cannot-tell';
}

function runIt(subject: Subject, where: string, facts: StatementFacts, ctx: DecideContext): Decision {
  const { migration, number, sql, kind, options } = subject;
  const refused = refusedBy(facts.guards, options.apply.guards, where);
  if (refused.length > 0) return { kind: 'refuse', problems: refused };
  if (subject.cut !== null && !isSmall(facts, options.apply)) return inRanges(subject, subject.cut, where, facts, ctx);
  const choice = choiceOf(subject, where, facts);
  if (choice.kind === 'refuse') return choice;
  if (choice.kind === 'tool') return byTool(subject, choice.manner, where, facts, ctx);
  const done = afterIt(subject, ctx);
  const how = choice.kind === 'guarded' ? `: ${choice.text}` : '';
  const why = `${migration.id}, statement ${number} of ${migration.statements.length}${how}`;
  const seen = seenMark(subject, facts);
  if (choice.kind === 'guarded') {
    const before = beforeIt(subject, facts, ctx);
    const { first, otherwise, light, tables, remedy } = choice;
    const guard = {
      ...{ at: before.length, otherwise, tables, remedy, tries: options.lockAttempts },
      // MySQL waits for a second at least.
      atOnce: options.engine === 'mariadb' ? light : [],
      fresh: facts.own && tables.length === 1,
      lockWaitMs: Math.max(1, Math.ceil(options.lockWaitTimeoutMs / 1000)) * 1000,
      ...{ patienceMs: options.apply.patienceMs, killAfterMs: options.apply.killBlockersAfterMs },
    };
    const more = around(subject, facts, ctx, before.length);
    return perform(options, [...before, first, done], why, { seen, guard, ...more });
  }
  if (kind.kind === 'rows') {
    // Its mark is committed with its rows or not at all, so that it was started need not be committed before.
    const first = settingsFor(subject, facts);
    const start = atOnce(options.engine, startIt(subject, facts, ctx));
    const statements = [...first, ...start, sql, ...atOnce(options.engine, [done, 'COMMIT'])];
    const at = statements.indexOf(sql, first.length);
    return perform(options, statements, why, { seen, ...around(subject, facts, ctx, first.length, at) });
  }
  const before = beforeIt(subject, facts, ctx);
  const more = around(subject, facts, ctx, before.length);
  // What another statement does to the session is not known: whether it commits at once, for one.
  const end = kind.kind === 'adds' ? [done] : ['START TRANSACTION', done, 'COMMIT'];
  return perform(options, [...before, sql, ...end], why, { seen, ...more });
}

/** A transaction over so few rows is over at once. A statement that is not understood is taken for a large one. */
function isSmall({ size }: StatementFacts, { copyBelowRows }: ApplyLimits): boolean {
  return size !== null && size.rows <= copyBelowRows;
}

/** Row by row along the primary key, a range at a time, each committed with the mark of how far it went. */
function inRanges(
  subject: Subject,
  cut: Result<Batched>,
  where: string,
  facts: StatementFacts,
  ctx: DecideContext,
): Decision {
  const { migration, number, options } = subject;
  if (!cut.ok) return { kind: 'refuse', problems: cut.problems };
  const { table, sql, left } = cut.value;
  if (facts.key === null) {
    const found = `the table ${table} without a primary key of numbers, texts, bytes or times`;
    return { kind: 'refuse', problems: [notCut(where, found)] };
  }
  const { targetMs, timeoutMs, replicas, maxLagMs, maxThreadsRunning } = options.apply.batch;
  const before = beforeIt(subject, facts, ctx);
  const batches = {
    ...{
      at: before.length,
      range: RANGE,
      table,
      key: facts.key,
      left,
      targetMs,
      replicas,
      maxLagMs,
      maxThreadsRunning,
    },
    progress: progressQuery(migration, number),
    save: saveProgress(migration, number, RANGE),
  };
  const why = `${migration.id}, statement ${number} of ${migration.statements.length}: in ranges of ${facts.key.map(({ name }) => name).join(', ')}, ${targetMs} ms each`;
  const statements = [...before, sql, markDone(migration, number)];
  return perform(options, statements, why, {
    ...{ seen: seenMark(subject, facts), batches, timeoutMs },
    ...around(subject, facts, ctx, before.length),
  });
}

function choiceOf({ migration, number, ways, options }: Subject, where: string, facts: StatementFacts): Choice {
  const manner = options.manner?.(migration.id, number);
  const noRoom = facts.own ? null : noRoomFor(facts.guards, options.apply.guards, where);
  return choose({ ways, manner, fresh: facts.own, size: facts.size, limits: options.apply, where, noRoom });
}

/** The plan's tool copies the table; tables and marks of every attempt are known before it begins. */
function byTool(
  subject: Subject,
  manner: ToolManner,
  where: string,
  facts: StatementFacts,
  ctx: DecideContext,
): Decision {
  const { migration, number, options } = subject;
  const work = rewriteWork(rewriteInput(subject, manner, where, facts.rewrite));
  if (work.kind === 'refuse') return work;
  const before = [...beforeIt(subject, facts, ctx), ...work.before];
  const swap = work.swap === undefined ? [] : [work.swap];
  const light = options.engine === 'mariadb' ? [0] : [];
  const guarded = { ...work.guard, at: before.length + 1, otherwise: [], atOnce: light };
  const guard = work.swap === undefined ? {} : { guard: guarded };
  const statements = [...before, work.sql, ...swap, ...work.after, afterIt(subject, ctx)];
  return perform(options, statements, `${migration.id}, statement ${number}: by ${manner.tool}, ${manner.why}`, {
    ...{ seen: seenMark(subject, facts), tool: { ...work.tool, at: before.length }, ...guard },
    ...around(subject, facts, ctx, before.length),
    timeoutMs: rewriteOf(options).timeout,
  });
}

function markOnly(subject: Subject, where: string, facts: StatementFacts, ctx: DecideContext): Decision {
  const { migration, number, options } = subject;
  const tool = toolOf(options, migration.id, number);
  const rest = tool === undefined ? [] : rewriteRest(rewriteInput(subject, tool, where, facts.rewrite));
  const statements = [...beforeIt(subject, facts, ctx), ...rest, markDone(migration, number)];
  const why = 'it took effect before; only its mark is missing';
  return perform(subject.options, statements, why, { seen: seenMark(subject, facts) });
}

function settingsFor({ options }: Subject, { guards }: StatementFacts): readonly string[] {
  return [
    sessionSettings(options.lockWaitTimeoutMs),
    ...((guards?.loss ?? null) === null ? [] : [CREATE_RESTORE_TABLE]),
  ];
}

/** Opens a transaction in which it is marked as started. */
function startIt({ migration, number }: Subject, facts: StatementFacts, ctx: DecideContext): readonly string[] {
  return [
    'START TRANSACTION',
    markRunning(migration, { run: ctx.run, fence: ctx.fence }),
    markStarted(migration, number, ctx.run, facts.markShape ?? facts.shape),
  ];
}

function beforeIt(subject: Subject, facts: StatementFacts, ctx: DecideContext): readonly string[] {
  const marks = [...startIt(subject, facts, ctx), 'COMMIT'];
  return [...settingsFor(subject, facts), ...atOnce(subject.options.engine, marks)];
}

/** Its last statement closes it, unless what is asked once it is done decides that. Pure. */
export function recordsItself({ statements, verify }: Migration): boolean {
  return statements.length > 0 && verify === undefined;
}

/** The last statement closes its migration: one wait for the disk of the server less, and the step that records it finds it recorded. */
function afterIt({ migration, number }: Subject, ctx: DecideContext): string {
  if (number < migration.statements.length || !recordsItself(migration)) return markDone(migration, number);
  return markClosed(migration, { run: ctx.run, fence: ctx.fence });
}

function seenMark({ migration, number }: Subject, { mark, markRun }: StatementFacts) {
  return { query: markQuery(migration, number), answer: mark === 'none' ? null : `${mark} ${markRun}` };
}

async function probeStatement(subject: Subject, ctx: ReadContext): Promise<ProbeAnswer> {
  if (!(await untilIdle(subject, ctx))) return 'unknown';
  const { kind } = subject;
  const facts = await factsOf(subject, ctx.run);
  if (facts.applied || facts.mark === 'done') return 'applied';
  if (facts.mark === 'none' || kind.kind === 'rows' || kind.kind === 'repeatable') return 'not-applied';
  if (facts.presence === 'present') return 'applied';
  if (facts.presence === 'absent') return 'not-applied';
  if (facts.shape === null || facts.markShape === null || facts.partly) return 'unknown';
  return facts.shape === facts.markShape ? 'not-applied' : 'applied';
}

const UNREACHABLE = 'migrate.database-unreachable';
/** A server that was killed needs some time for its recovery; only then can it be asked what became of the statement. */
const RESTART_MS = 120_000;

function busyNoted(ctx: ReadContext): (idle: boolean) => boolean {
  return (idle) => {
    if (!idle) ctx.note('waiting for the server: the statement may still be running there');
    return idle;
  };
}

/** The server goes on with a statement whose controller died, and keeps our lock until it is done. */
async function untilIdle({ migration, number, options }: Subject, ctx: ReadContext): Promise<boolean> {
  // A tool of a dead runner, on another machine, may go on as long as one may take.
  const most =
    toolOf(options, migration.id, number) === undefined ? options.statementTimeoutMs : rewriteOf(options).timeout;
  const begin = ctx.clock.monotonic();
  const away = async (error: unknown): Promise<boolean> => {
    const restarting = error instanceof ProblemError && error.problems.some(({ code }) => code === UNREACHABLE);
    if (!restarting || ctx.clock.monotonic() - begin > RESTART_MS) throw error;
    ctx.note('waiting for the server: it does not answer');
    return false;
  };
  while (!(await options.database.idle().then(busyNoted(ctx), away))) {
    if (ctx.clock.monotonic() - begin > most) return false;
    await ctx.clock.sleep(500, ctx.signal);
  }
  return true;
}
