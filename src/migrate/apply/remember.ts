import type { Effect } from '../../model/effect.ts';
import { action } from '../../procedure/build.ts';
import type { OutputRef, Step } from '../../procedure/tree.ts';
import { schemaState } from '../files/pending.ts';
import type { MigrationDatabase } from '../server/database.ts';
import {
  appliedDigest,
  CREATE_STRUCTURE_TABLE,
  liveDrift,
  markDrifted,
  rowsFor,
  type Seen,
} from '../server/remembered.ts';
import { changeText } from '../server/structure-diff.ts';
import { sessionSettings } from './bookkeeping.ts';

/** Steps around migrations that remember what the database is made of. */

export interface RememberOptions {
  readonly database: MigrationDatabase;
  readonly lockWaitTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

async function see(database: MigrationDatabase): Promise<Seen> {
  const [look, both] = [await database.look(), await database.bothStructures()];
  return { applied: look.applied, ...both };
}

/** Before migrations run: marks what others changed, since afterwards it could not be told from what the migrations did. */
export function driftStep(options: RememberOptions): Step<Seen, object> {
  return action<Seen>({
    id: 'structure',
    title: 'Look for changes that no migration made',
    inputs: { database: options.database.resource },
    read: async (ctx) => {
      const seen = await see(options.database);
      for (const change of liveDrift(seen, seen.applied) ?? []) ctx.note(changeText(change));
      return seen;
    },
    decide: (seen, ctx) => {
      const changes = liveDrift(seen, seen.applied);
      if (changes === undefined) return { kind: 'nothing', why: 'no structure is remembered for what is applied' };
      const objects = [...new Set(changes.map(({ object }) => object))];
      const unmarked = objects.filter((object) => seen.remembered?.drifted.includes(object) !== true);
      const why = objects.length === 0 ? 'nobody changed it' : `changed without a migration: ${objects.join(', ')}`;
      if (unmarked.length === 0 || ctx.mode === 'plan') return { kind: 'nothing', why };
      return { kind: 'do', effects: [write(options, unmarked.map(markDrifted), why)], why };
    },
    probe: 'repeatable',
    timeoutMs: options.statementTimeoutMs + 30_000,
  });
}

/**
 * After migrations: remembers what the database is made of now, but for what others changed. A plan does not know that while `last`, the step that
 * records the last of them, is still to come.
 */
export function rememberStep(options: RememberOptions, last: OutputRef<object> | undefined): Step<Seen, object> {
  return action<Seen>({
    id: 'remember',
    title: 'Remember what the database is made of',
    inputs: { database: options.database.resource },
    read: () => see(options.database),
    decide: (seen, ctx) => {
      const { applied, remembered } = seen;
      const schema = schemaState(applied);
      if (ctx.mode === 'plan' && last !== undefined) ctx.outputOf(last);
      if (remembered?.applied === appliedDigest(applied)) return { kind: 'nothing', why: `it is, since ${schema}` };
      return { kind: 'do', effects: [write(options, rowsFor(seen, 'keep'), `as ${schema} left it`)] };
    },
    probe: 'repeatable',
    timeoutMs: options.statementTimeoutMs + 30_000,
  });
}

/** Takes the structure as it is now for what should be there: what others changed is no drift any more. */
export function acceptStep(options: RememberOptions): Step<Seen, object> {
  return action<Seen>({
    id: 'accept',
    title: 'Take the structure as it is for what it should be',
    inputs: { database: options.database.resource },
    read: () => see(options.database),
    decide: (seen) => {
      const rows = rowsFor(seen, 'accept');
      return { kind: 'do', effects: [write(options, rows, 'a person answers for it')] };
    },
    probe: 'repeatable',
    timeoutMs: options.statementTimeoutMs + 30_000,
  });
}

function write(options: RememberOptions, rows: readonly string[], why: string): Effect {
  const { dsn, lock, resource } = options.database;
  return {
    kind: 'sql',
    dsn,
    statements: [
      sessionSettings(options.lockWaitTimeoutMs),
      CREATE_STRUCTURE_TABLE,
      'START TRANSACTION',
      ...rows,
      'COMMIT',
    ],
    lock,
    resource,
    why,
    timeoutMs: options.statementTimeoutMs,
  };
}
