import type { Family } from '../server/database.ts';
import type { Refusal } from '../server/session.ts';
import type { Algorithm } from './manner.ts';
import type { Rung, Shape } from './shape.ts';

/**
 * From what others notice least to what they notice most: first whether they may write, then whether they may read, then how much work
 * it is. COPY beside writers is MariaDB's from 11.2 on.
 */
const COMMON: readonly Rung[] = [
  { algorithm: 'INPLACE', lock: 'NONE' },
  { algorithm: 'COPY', lock: 'NONE' },
  { algorithm: 'INPLACE', lock: 'SHARED' },
  { algorithm: 'COPY', lock: 'SHARED' },
  { algorithm: 'INPLACE', lock: 'EXCLUSIVE' },
  { algorithm: 'COPY', lock: 'EXCLUSIVE' },
];
/** MySQL takes no lock beside INSTANT (1221); MariaDB does, and without one it lets a copy pass. */
const MYSQL: readonly Rung[] = [{ algorithm: 'INSTANT', lock: 'DEFAULT' }, ...COMMON];
const MARIADB: readonly Rung[] = [
  { algorithm: 'INSTANT', lock: 'NONE' },
  { algorithm: 'NOCOPY', lock: 'NONE' },
  ...COMMON.slice(0, 2),
  { algorithm: 'NOCOPY', lock: 'SHARED' },
  ...COMMON.slice(2),
];

/** What is tried, one after another. A change of the partitioning is always a copy in MariaDB, which takes INSTANT there without keeping it. */
export function ladderOf(family: Family, shape: Shape): readonly Rung[] {
  if (family === 'mysql') return MYSQL;
  return shape.kind === 'alter' && shape.partitioning ? COMMON : MARIADB;
}

/** An algorithm that never writes a table anew was accepted, and the table was written anew: the server does not keep it here. Pure. */
export function notKept(algorithm: Algorithm | null, rebuilds: boolean): boolean {
  return rebuilds && (algorithm === 'INSTANT' || algorithm === 'NOCOPY');
}

/**
 * 1845 and 1846: not in this manner. 1800: the server does not know the algorithm. 1221: not these two together. 4092: the row versions
 * of the table are used up. Nothing was changed by any of them.
 */
const NOT_IN_THIS_MANNER = new Set([1845, 1846, 1800, 1221, 4092]);

/** The statement itself is all right as far as this answer tells; only the manner was refused. Pure. */
export function refusesManner({ errno }: Refusal): boolean {
  return NOT_IN_THIS_MANNER.has(errno);
}

/** 1064: here the grammar of the server has no place for an assertion. */
export const NO_PLACE = 1064;
