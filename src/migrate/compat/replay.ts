import { digestOf, type RecordedStatement, withinOneTransaction } from './log.ts';

/** Says what a suite said once more on another schema, and compares what comes back. */

export type Outcome =
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly count: number; readonly digest: string }
  | { readonly kind: 'changed'; readonly affected: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** Nothing was said: it would have ended the transaction. */
  | { readonly kind: 'none' };

/** One connection. An error of the server is an outcome; anything else is thrown. */
export interface ReplaySession {
  say(sql: string): Promise<Outcome>;
}

/** Everything in one transaction that is rolled back, in the order of the recording. */
export async function replay(
  session: ReplaySession,
  statements: readonly RecordedStatement[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  await session.say('START TRANSACTION');
  try {
    for (const statement of statements) {
      const sql = withinOneTransaction(statement);
      outcomes.push(sql === null ? { kind: 'none' } : await session.say(sql));
    }
  } finally {
    await session.say('ROLLBACK');
  }
  return outcomes;
}

export interface Difference {
  /** `refused`: it worked, and now it does not, or fails otherwise. `columns`, `rows`: another answer. `affected`: another number of rows was changed. */
  readonly kind: 'refused' | 'columns' | 'rows' | 'affected';
  /** The statement without its values. */
  readonly shape: string;
  /** How many statements of this shape differ so. */
  readonly count: number;
  /** Of the first one. */
  readonly before: string;
  readonly after: string;
}

/**
 * Compares the new schema with two replays on the old one. An answer that differs between those two (a time, a random number)
 * says nothing, so only its kind is compared. Pure.
 */
export function differences(
  statements: readonly RecordedStatement[],
  [first, second]: readonly [readonly Outcome[], readonly Outcome[]],
  after: readonly Outcome[],
): readonly Difference[] {
  const found = new Map<string, Difference>();
  for (const [index, { sql }] of statements.entries()) {
    const before = first[index];
    const again = second[index];
    const now = after[index];
    if (before === undefined || again === undefined || now === undefined) continue;
    const kind = differs(before, again, now);
    if (kind === null) continue;
    const shape = digestOf(sql);
    const known = found.get(`${kind} ${shape}`);
    found.set(
      `${kind} ${shape}`,
      known === undefined
        ? { kind, shape, count: 1, before: inWords(before), after: inWords(now) }
        : { ...known, count: known.count + 1 },
    );
  }
  return [...found.values()];
}

function differs(before: Outcome, again: Outcome, now: Outcome): Difference['kind'] | null {
  if (now.kind === 'error') {
    // A suite tries refusals too: the same refusal is what it wants to see.
    return before.kind === 'error' && before.code === now.code ? null : 'refused';
  }
  if (before.kind === 'error') return 'affected';
  if (before.kind === 'rows' && now.kind === 'rows') {
    if (before.columns.join('\0') !== now.columns.join('\0')) return 'columns';
    const steady = again.kind === 'rows' && again.digest === before.digest;
    return steady && before.digest !== now.digest ? 'rows' : null;
  }
  if (before.kind === 'changed' && now.kind === 'changed') {
    const steady = again.kind === 'changed' && again.affected === before.affected;
    return steady && before.affected !== now.affected ? 'affected' : null;
  }
  return before.kind === now.kind ? null : 'rows';
}

/** For people. Pure. */
export function inWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'rows':
      return `${outcome.count} ${outcome.count === 1 ? 'row' : 'rows'} of ${outcome.columns.join(', ')}`;
    case 'changed':
      return `${outcome.affected} changed`;
    case 'error':
      return `error ${outcome.code}: ${outcome.message}`;
    case 'none':
      return 'nothing';
  }
}
