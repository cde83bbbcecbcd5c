import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TABLES } from '../apply/bookkeeping.ts';
import { foreignNames } from '../rewrite/names.ts';

/** What tools that copy a table have left in a database. */

export interface RewriteLook {
  /** What is remembered of the statement (`progress`); null: nothing. */
  readonly progress: string | null;
  /** Tables with the names that these tools give when they are started by hand. */
  readonly foreignTables: readonly string[];
  /** Triggers of pt-online-schema-change on the table. */
  readonly triggers: readonly string[];
}

type Ask = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;

const nameRow = z.object({ name: z.string() });
const progressRow = z.object({ progress: z.string().nullable() });

/** Looks; changes nothing. */
export async function rewritesAt(ask: Ask, table: string, migration: string, number: number): Promise<RewriteLook> {
  const names = foreignNames(table);
  const tables = await ask(
    nameRow,
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${names.map(() => '?').join(', ')})`,
    names,
  );
  const triggers = await ask(
    nameRow,
    "SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = ? AND TRIGGER_NAME LIKE 'pt\\_osc\\_%'",
    [table],
  );
  const remembers = await ask(
    nameRow,
    "SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = 'progress'",
    [TABLES.statements],
  );
  // Before the first run there is no such table.
  const [row] =
    remembers.length === 0
      ? []
      : await ask(progressRow, `SELECT progress FROM ${TABLES.statements} WHERE migration = ? AND number = ?`, [
          migration,
          String(number),
        ]);
  return {
    progress: row?.progress ?? null,
    foreignTables: tables.map(({ name }) => name),
    triggers: triggers.map(({ name }) => name),
  };
}

/** Name under GET_LOCK that a tool's own connection holds while it works; names of locks have at most 64 characters. */
export function toolLockOf(lock: string): string {
  const name = `${lock}:tool`;
  return name.length <= 64 ? name : `shiplock:${createHash('sha256').update(name).digest('hex').slice(0, 32)}:tool`;
}
