import type { Algorithm } from '../plan/manner.ts';
import type { Dialect } from '../sql/tree.ts';
import { type Band, MARIADB_WAYS, MYSQL_WAYS, type Way, type Ways } from './online-rows.ts';
import { atLeast, type Server } from './server.ts';

/** How the servers change a table that exists, as data: by dialect and version, each row measured or documented. */

const WAYS: Readonly<Record<Dialect, Ways>> = { mysql: MYSQL_WAYS, mariadb: MARIADB_WAYS };

/** What the server does with this operation; undefined where the table has no row. Pure. */
export function wayOf(operation: string, server: Server): Band | undefined {
  return WAYS[server.dialect][operation]?.findLast((band) => atLeast(server, band.from));
}

const ORDER: readonly Algorithm[] = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'];

/** One statement is done in the way of its most disruptive part. Pure. */
export function worst(ways: readonly Way[]): Way | undefined {
  const [first] = ways;
  if (first === undefined) return undefined;
  return ways.reduce(
    (a, b) => ({
      algorithm: ORDER.indexOf(b.algorithm) > ORDER.indexOf(a.algorithm) ? b.algorithm : a.algorithm,
      lock: a.lock === 'SHARED' ? a.lock : b.lock,
      rebuilds: a.rebuilds || b.rebuilds,
    }),
    first,
  );
}
