import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';

/** Starts the restored server by the words that were printed, and looks into it. */
export async function startedServer<T>(
  [program = '', ...words]: readonly string[],
  directory: string,
  look: (db: Connection) => Promise<T>,
): Promise<T> {
  const server = spawn(program, words, { stdio: 'ignore' });
  const over = once(server, 'exit');
  try {
    const db = await connected(join(directory, 'server', 'run', 's'));
    try {
      return await look(db);
    } finally {
      await db.end();
    }
  } finally {
    server.kill('SIGTERM');
    await over;
  }
}

async function connected(socketPath: string): Promise<Connection> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await mysql.createConnection({ socketPath, user: 'root' });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
