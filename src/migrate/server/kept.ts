import { connect as connectSocket, type Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { named } from '../../procedure/effects/sql-trust.ts';

/** A connection that only looks, kept between looks that follow each other closely: a connection costs more than what is asked on it. */

/** It is closed when nothing was asked for this long, or for a second stretch of it. What is kept never keeps a process from ending. */
const IDLE_MS = 1_000;

export interface KeptConnection {
  /** Lends the kept connection, or a new one where it is in use. `used`: it was there before, and the server may have closed it meanwhile. */
  lend<T>(work: (connection: Connection, used: boolean) => Promise<T>): Promise<T>;
}

interface Lent {
  readonly connection: Connection;
  readonly socket: Socket;
}

/** `prepare` is run once on each new connection. */
export function keepConnection(
  options: ConnectionOptions,
  prepare: (connection: Connection) => Promise<void>,
): KeptConnection {
  let kept: Lent | undefined;
  let returns = 0;
  let watched = false;
  const take = (): Lent | undefined => {
    const found = kept;
    kept = undefined;
    found?.socket.ref();
    return found;
  };
  // One timer at a time: one for each question would cost more than some questions.
  const watch = (): void => {
    if (watched) return;
    watched = true;
    const before = returns;
    AbortSignal.timeout(IDLE_MS).addEventListener('abort', () => {
      watched = false;
      if (kept === undefined) return;
      if (returns === before) take()?.connection.destroy();
      else watch();
    });
  };
  const giveBack = (lent: Lent): void => {
    if (kept !== undefined) {
      lent.connection.destroy();
      return;
    }
    kept = lent;
    returns += 1;
    lent.socket.unref();
    watch();
  };
  return {
    async lend(work) {
      const before = take();
      const lent = before ?? (await open(options, prepare));
      try {
        const answer = await work(lent.connection, before !== undefined);
        giveBack(lent);
        return answer;
      } catch (error) {
        lent.connection.destroy();
        throw error;
      }
    },
  };
}

async function open(options: ConnectionOptions, prepare: (connection: Connection) => Promise<void>): Promise<Lent> {
  // The driver is a megabyte: loaded when a database is asked, not by whatever could ask one.
  const { createConnection } = await import('mysql2/promise');
  const { socketPath, host = '127.0.0.1', port = 3306 } = options;
  const socket =
    socketPath === undefined ? named(connectSocket({ host, port }), host) : connectSocket({ path: socketPath });
  socket.setNoDelay(true);
  const connection = await createConnection({ ...options, stream: socket });
  // One that is lost while nothing is asked says so here; whoever asks next is told as well.
  connection.on('error', () => undefined);
  try {
    await prepare(connection);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return { connection, socket };
}
