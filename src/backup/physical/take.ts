import { type Problem, ProblemError } from '../../model/problem.ts';
import type { FullBackup } from '../catalogue/record.ts';
import { otherFamily } from '../take/logical.ts';
import { alone, holdStill, LONG_S } from '../take/moment.ts';
import { assertSeesAll } from '../take/rights.ts';
import {
  coordinatesOf,
  FILE_SETTINGS,
  lifelongSettings,
  must,
  serverOf,
  sumsOf,
  tablesOf,
  timeOf,
} from '../take/session.ts';
import { copyMariadb } from './mariadb.ts';
import { copyMysql } from './mysql.ts';
import type { PhysicalOptions } from './options.ts';

/**
 * A full backup as files of the whole server. Its tool decides in which moment it ends, and nobody else can hold that moment. So the rows are summed
 * up a little later, at the end of a binary log: the logs in between belong to the proof.
 */

/** Takes it. Nothing counts before this returns. @throws ProblemError */
export async function takePhysical(options: PhysicalOptions): Promise<FullBackup> {
  const { clock, database, where, family, signal } = options;
  const begin = clock.monotonic();
  const lock = await options.open();
  try {
    const reader = await options.open();
    try {
      const server = await serverOf(reader);
      if (server.family !== family) throw new ProblemError(otherFamily(options, server));
      for (const session of [lock, reader]) await must(session, `SET SESSION wait_timeout = ${LONG_S}`, where);
      await assertSeesAll(reader, server, options);
      await alone(lock, options);
      if ((await coordinatesOf(reader, server, where)) === null) throw new ProblemError(noLog(where));
      // Refused before hours of copying, and not behind them.
      await tablesOf(reader, database);
      // The moment that it shows is later: everything before these times is in it.
      const [takenAt, serverTime] = [new Date(clock.now()).toISOString(), await timeOf(reader)];
      const settings = await lifelongSettings(reader, FILE_SETTINGS);
      const { tool, coordinates, snapshot, file, bytes, sha256 } =
        family === 'mariadb' ? await copyMariadb(options, reader) : await copyMysql(options, reader);
      const moment = await holdStill(options, { lock, reader, server });
      // So that the place of the sums is the end of a log, up to which whole files are replayed.
      await must(lock, 'FLUSH BINARY LOGS', where);
      await must(lock, 'UNLOCK TABLES', where);
      await must(lock, `SET SESSION wait_timeout = ${LONG_S}`, where);
      const sums = await sumsOf(reader, database, moment.tables, signal);
      if (moment.coordinates === null) throw new ProblemError(noLog(where));
      return {
        ...{ v: 1, kind: 'full', id: options.id, run: options.run, takenAt, serverTime, server, tool, settings },
        ...{ form: 'physical', databases: [database], coordinates, summedAt: moment.coordinates },
        ...{ seconds: (clock.monotonic() - begin) / 1000, tables: [...sums], programs: moment.programs },
        ...{ snapshot, file, bytes, sha256, state: 'stored', verified: null, why: null },
      };
    } finally {
      await reader.close();
    }
  } finally {
    await lock.close();
  }
}

function noLog(where: string): Problem {
  return {
    code: 'backup.no-binary-log',
    where,
    found: 'a server that writes no binary log',
    expected: 'one: a physical backup is proven by the logs behind it',
    remedy: 'set log_bin, or take `kind: logical`',
  };
}
