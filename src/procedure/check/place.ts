import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Check, Checked } from '../../model/check.ts';
import { hasCode, isMissing } from '../store.ts';

/** Places on this machine that a configuration needs: directories, room on disk, ports. */

const FULL_BYTES = 256 * 1024 ** 2;
const NARROW_BYTES = 2 * 1024 ** 3;

/** Can the directory be written, or be made where it is not there yet? */
export function directoryCheck(id: string, what: string, path: string): Check {
  return {
    id,
    title: what,
    look: async () => {
      const there = await nearestThere(path);
      if (!(await stat(there)).isDirectory()) {
        return {
          state: 'failed',
          found: `${there} is no directory`,
          expected: 'a directory',
          mend: `move it away, or change the path in shiplock.yaml`,
        };
      }
      try {
        await access(there, constants.W_OK | constants.X_OK);
      } catch {
        const made = there === path ? '' : `mkdir -p ${path} && `;
        return {
          state: 'failed',
          found: `${there} cannot be written by this user`,
          expected: `${path}, writable by the user that releases`,
          mend: `sudo sh -c '${made}chown "$1" ${path}' sh "$(id -un)"`,
        };
      }
      return { state: 'ok', found: there === path ? path : `${path} (is made by the first release)` };
    },
  };
}

export function spaceCheck(id: string, what: string, path: string): Check {
  return {
    id,
    title: `Room on the disk of ${what}`,
    look: async () => {
      const there = await nearestThere(path);
      const { bavail, bsize, ffree } = await statfs(there);
      return spaceAnswer(bavail * bsize, ffree, there);
    },
  };
}

/** Pure. */
export function spaceAnswer(bytes: number, inodes: number, path: string): Checked {
  const found = `${(bytes / 1024 ** 3).toFixed(1)} GiB free at ${path}`;
  const expected = `at least ${NARROW_BYTES / 1024 ** 3} GiB free`;
  const mend = `see what fills it: du -xh --max-depth=2 ${path} | sort -h | tail`;
  // A file system without a count of inodes says 0.
  if (inodes > 0 && inodes < 1_000) {
    return { state: 'failed', found: `${inodes} inodes free at ${path}`, expected: 'room for more files', mend };
  }
  if (bytes < FULL_BYTES) return { state: 'failed', found, expected, mend };
  return bytes < NARROW_BYTES ? { state: 'warning', found, expected, mend } : { state: 'ok', found };
}

/** Can a program of this user listen there now? `taken`, or why it cannot. */
export function whyNotFree(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? 'taken' : error.message);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function nearestThere(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      await stat(at);
      return at;
    } catch (error) {
      if (!(isMissing(error) || hasCode(error, 'ENOTDIR')) || dirname(at) === at) throw error;
    }
  }
}
