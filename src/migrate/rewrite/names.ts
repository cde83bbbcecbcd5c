import { createHash } from 'node:crypto';

/** Names of everything that a tool leaves in a database on the way. Each attempt has names of its own, so a left-over program can do nothing to the next. Pure. */

export interface ToolNames {
  /** gh-ost's copy, its log, and the place holder that becomes the table as it was. */
  readonly ghost: string;
  readonly changelog: string;
  readonly swapped: string;
  /** The copy of pt-online-schema-change. */
  readonly copy: string;
  /** The table as it was, afterwards. */
  readonly kept: string;
  /** Shows gh-ost to the server as a replica; two of the same number throw each other out. */
  readonly replicaId: number;
  /** gh-ost puts its own marks around it. */
  readonly prefix: string;
}

/** What tells one attempt from all others. */
export interface Attempt {
  readonly resource: string;
  readonly migration: string;
  /** 1-based, in its file. */
  readonly number: number;
  readonly attempt: number;
}

const LONGEST = 64;

/** The names of one attempt on a table. */
export function toolNames({ resource, migration, number, attempt }: Attempt, table: string): ToolNames {
  const digest = createHash('sha256')
    .update(JSON.stringify([resource, migration, number, attempt]))
    .digest();
  const id = digest.toString('hex').slice(0, 12);
  const prefix = `shiplock_rewrite_${id}`;
  return {
    prefix,
    ghost: `_${prefix}_gho`,
    changelog: `_${prefix}_ghc`,
    swapped: `_${prefix}_del`,
    copy: `_${prefix}_new`,
    kept: [...`_shiplock_old_${id}_${table}`].slice(0, LONGEST).join(''),
    // Replicas that people set up have small numbers.
    replicaId: 1_000_000_000 + (digest.readUInt32BE(8) % 1_000_000_000),
  };
}

/** The triggers of pt-online-schema-change, as it names them. */
export function triggerNames(database: string, table: string): readonly string[] {
  const prefix = `pt_osc_${database}_${table}`.replaceAll(/\W/g, '_').slice(0, 60);
  return ['del', 'upd', 'ins'].map((event) => `${prefix}_${event}`);
}

/** Ours by their name: no part of what a database is made of, whatever becomes of them. */
export function isPassing(kind: 'table' | 'trigger', name: string): boolean {
  return kind === 'table' ? /^_shiplock_(?:rewrite|old)_[0-9a-f]{12}_/.test(name) : name.startsWith('pt_osc_');
}

/** Tables that these tools leave when people run them by hand. */
export function foreignNames(table: string): readonly string[] {
  return [...['gho', 'ghc', 'del', 'new'].map((end) => `_${table}_${end}`), `__${table}_new`];
}

/** A name that both tools take without quoting it in ways of their own. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_$]{1,64}$/.test(name);
}
