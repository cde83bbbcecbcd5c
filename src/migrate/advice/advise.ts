import { sqlName } from '../../model/sql.ts';
import type { ForeignKeyLayout, IndexLayout } from '../plan/layout.ts';
import { explainText } from './explain.ts';
import { type AdviceFacts, type SlowShape, scansOrSlow } from './facts.ts';

/** What somebody who knows databases would point out, each with what was seen. Pure. */

export interface Advice {
  readonly id:
    | 'no-primary-key'
    | 'duplicate-index'
    | 'redundant-index'
    | 'unused-index'
    | 'foreign-key-without-index'
    | 'auto-increment-room'
    | 'scans'
    | 'slow'
    | 'buffer-pool'
    | 'connections'
    | 'not-transactional';
  /** `warning`: it will hurt one day. `note`: worth a look. */
  readonly level: 'warning' | 'note';
  /** A table, an index, a statement, a setting. */
  readonly about: string;
  /** What was seen. */
  readonly evidence: string;
  /** What to do about it. */
  readonly advice: string;
  /** As a migration would write it. */
  readonly sql: string | null;
}

export interface Advised {
  readonly advice: readonly Advice[];
  /** What could not be looked at, and how it could. */
  readonly unseen: readonly string[];
}

export function advise(facts: AdviceFacts): Advised {
  return {
    advice: [
      ...tableAdvice(facts),
      ...indexAdvice(facts),
      ...foreignKeyAdvice(facts),
      ...(facts.slow ?? []).flatMap(statementAdvice),
      ...serverAdvice(facts),
    ].toSorted((a, b) => Number(b.level === 'warning') - Number(a.level === 'warning')),
    unseen: unseen(facts),
  };
}

/** What an operator of MariaDB does once, as root. Its history of each connection is smaller, and gone with the connection. */
const CONSUMERS =
  "start it with performance-schema-consumer-events-statements-current and …-history-long, or: UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME IN ('events_statements_current', 'events_statements_history_long')";

function unseen({ family, indexReads, slow, samples }: AdviceFacts): readonly string[] {
  const where =
    family === 'mysql' ? 'performance_schema is off' : 'performance_schema is off (it is, unless switched on)';
  return [
    ...(slow === null ? [`which statements are slow or scan: ${where}, or this user may not read it`] : []),
    ...(slow?.some((shape) => scansOrSlow(shape) !== null) === true && !samples
      ? [`how the server would do them today (EXPLAIN): it keeps no statements as they were sent; ${CONSUMERS}`]
      : []),
    ...(indexReads === null
      ? [`which indexes nobody reads: ${family === 'mysql' ? where : 'userstat is off'}, or this user may not read it`]
      : []),
  ];
}

/** Greatest value of an integer type. */
const MOST: Readonly<Record<string, bigint>> = {
  tinyint: 127n,
  smallint: 32_767n,
  mediumint: 8_388_607n,
  int: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
};
const ROOM = 0.8;

function tableAdvice({ tables, layout }: AdviceFacts): readonly Advice[] {
  return tables.flatMap(({ table, engine, rows, autoIncrement }) => {
    const found: Advice[] = [];
    if (!layout.indexes.some((index) => index.table === table && index.name === 'PRIMARY')) {
      found.push({
        ...{ id: 'no-primary-key', level: 'warning', about: table },
        evidence: `no primary key, about ${rows} rows`,
        advice: 'give it one: replication finds rows by it, and online tools and backfills need it',
        sql: `ALTER TABLE ${sqlName(table)} ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST`,
      });
    }
    if (engine !== null && engine !== 'InnoDB') {
      found.push({
        ...{ id: 'not-transactional', level: 'note', about: table },
        evidence: `engine ${engine}`,
        advice: 'InnoDB survives a crash and takes part in transactions and in consistent backups',
        sql: `ALTER TABLE ${sqlName(table)} ENGINE=InnoDB`,
      });
    }
    const counter = layout.columns.find((column) => column.table === table && /auto_increment/i.test(column.extra));
    const most = counter === undefined ? undefined : greatest(counter.type);
    if (counter !== undefined && most !== undefined && autoIncrement !== null && autoIncrement > (most * 80n) / 100n) {
      found.push({
        ...{ id: 'auto-increment-room', level: 'warning', about: `${table}.${counter.name}` },
        evidence: `the next value is ${autoIncrement} of at most ${most} (${counter.type}): over ${ROOM * 100} % used`,
        advice: 'make it a BIGINT before it is used up; that copies the table, so plan it with an online tool',
        sql: `ALTER TABLE ${sqlName(table)} MODIFY ${sqlName(counter.name)} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT`,
      });
    }
    return found;
  });
}

function greatest(type: string): bigint | undefined {
  const most = MOST[/^[a-z]+/.exec(type)?.[0] ?? ''];
  return most !== undefined && type.includes('unsigned') ? most * 2n + 1n : most;
}

function indexAdvice({ layout, indexReads }: AdviceFacts): readonly Advice[] {
  return layout.indexes.flatMap((index): readonly Advice[] => {
    if (index.name === 'PRIMARY') return [];
    const about = `${index.table}.${index.name}`;
    const drop = `ALTER TABLE ${sqlName(index.table)} DROP INDEX ${sqlName(index.name)}`;
    const others = layout.indexes.filter((other) => other.table === index.table && other.name !== index.name);
    const twin = others.find((other) => sameParts(index, other) && keeps(other, index));
    if (twin !== undefined) {
      return [
        {
          ...{ id: 'duplicate-index', level: 'warning', about, sql: drop },
          evidence: `the same columns as ${twin.name}: ${partsText(index)}`,
          advice: 'drop it: every write keeps both up to date, and no read needs the second',
        },
      ];
    }
    const wider = index.unique ? undefined : others.find((other) => beginsWith(other, index));
    if (wider !== undefined) {
      return [
        {
          ...{ id: 'redundant-index', level: 'note', about, sql: drop },
          evidence: `${partsText(index)} is the beginning of ${wider.name}: ${partsText(wider)}`,
          advice: 'drop it unless the wider one is so wide that reading it costs more: make it invisible first',
        },
      ];
    }
    if (indexReads !== null && !indexReads.has(about) && !index.unique && !backsForeignKey(index, layout.foreignKeys)) {
      return [
        {
          ...{ id: 'unused-index', level: 'note', about, sql: drop },
          evidence: `never read since the server began to count; ${partsText(index)}`,
          advice: 'make it invisible for a full period of the business (end of month, end of year), then drop it',
        },
      ];
    }
    return [];
  });
}

const partKey = ({ column, prefix }: IndexLayout['parts'][number]): string => `${column ?? '(…)'}(${prefix ?? ''})`;

function sameParts(a: IndexLayout, b: IndexLayout): boolean {
  return a.parts.every(({ column }) => column !== null) && a.parts.map(partKey).join() === b.parts.map(partKey).join();
}

/** Of two equal ones the one that says more stays; of two that say the same, the first by name. */
function keeps(other: IndexLayout, index: IndexLayout): boolean {
  if (other.name === 'PRIMARY') return true;
  return other.unique === index.unique ? other.name < index.name : other.unique;
}

function beginsWith(wide: IndexLayout, narrow: IndexLayout): boolean {
  if (wide.parts.length <= narrow.parts.length || narrow.parts.some(({ column }) => column === null)) return false;
  return narrow.parts.every((part, at) => {
    const there = wide.parts[at];
    return there !== undefined && partKey(there) === partKey(part);
  });
}

function backsForeignKey(index: IndexLayout, keys: readonly ForeignKeyLayout[]): boolean {
  return keys.some(({ table, columns }) => table === index.table && columns[0] === index.parts[0]?.column);
}

function partsText({ parts }: IndexLayout): string {
  return parts
    .map(({ column, prefix }) => `${column ?? 'an expression'}${prefix === null ? '' : `(${prefix})`}`)
    .join(', ');
}

function foreignKeyAdvice({ layout }: AdviceFacts): readonly Advice[] {
  return layout.foreignKeys
    .filter(
      ({ table, columns }) =>
        !layout.indexes.some(
          (index) => index.table === table && columns.every((name, at) => index.parts[at]?.column === name),
        ),
    )
    .map(({ table, name, columns }) => ({
      ...{ id: 'foreign-key-without-index', level: 'warning', about: `${table}.${name}` },
      evidence: `no index begins with ${columns.join(', ')}`,
      advice: 'add one: each change of the parent reads the whole child, and locks it',
      sql: `ALTER TABLE ${sqlName(table)} ADD INDEX (${columns.map(sqlName).join(', ')})`,
    }));
}

function statementAdvice(shape: SlowShape): readonly Advice[] {
  const { text, count, totalSeconds, examined, sent, withoutIndex, explained } = shape;
  const id = scansOrSlow(shape);
  if (id === null) return [];
  const about = text.length <= 160 ? text : `${text.slice(0, 159)}…`;
  const each = (totalSeconds / Math.max(1, count)) * 1000;
  const seen = `${count} runs, ${totalSeconds.toFixed(1)} s in all, ${each.toFixed(1)} ms each`;
  const today = explained === null ? '' : `; EXPLAIN: ${explainText(explained)}`;
  if (id === 'scans') {
    const ratio = Math.round(examined / Math.max(1, sent));
    const evidence = `${seen}; ${ratio} rows read for each one sent, ${withoutIndex} runs without an index${today}`;
    const look = explained === null ? 'look at EXPLAIN of it; an' : 'an';
    const advice = `${look} index on the columns of its WHERE and JOIN saves those reads`;
    return [{ ...{ id, level: 'warning', about, sql: null }, evidence, advice }];
  }
  const evidence = `${seen}; ${Math.round(examined / Math.max(1, count))} rows read each time${today}`;
  return [{ ...{ id, level: 'note', about, sql: null }, evidence, advice: 'look at EXPLAIN ANALYZE of it' }];
}

const WARM_READS = 100_000;
const MISSES = 0.01;

function serverAdvice({ status, variables, tables }: AdviceFacts): readonly Advice[] {
  const found: Advice[] = [];
  const requests = status.get('innodb_buffer_pool_read_requests') ?? 0;
  const reads = status.get('innodb_buffer_pool_reads') ?? 0;
  const pool = Number(variables.get('innodb_buffer_pool_size') ?? 0);
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  if (requests >= WARM_READS && reads / requests > MISSES && bytes > pool) {
    found.push({
      ...{ id: 'buffer-pool', level: 'warning', about: 'innodb_buffer_pool_size', sql: null },
      evidence: `${((reads / requests) * 100).toFixed(1)} % of ${requests} reads came from disk; the pool has ${mebibytes(pool)}, this database ${mebibytes(bytes)}`,
      advice: 'give it more memory (half to three quarters of a machine of its own), or read less',
    });
  }
  const most = Number(variables.get('max_connections') ?? 0);
  const used = status.get('max_used_connections') ?? 0;
  if (most > 0 && used >= most * 0.85) {
    found.push({
      ...{ id: 'connections', level: 'warning', about: 'max_connections', sql: null },
      evidence: `${used} of ${most} connections were used at once`,
      advice:
        'give the pools of the applications fewer connections, or the server more: at the limit everybody is refused',
    });
  }
  return found;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
