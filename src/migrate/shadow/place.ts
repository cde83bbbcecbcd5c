import { chmod, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Directories of servers that are thrown away. */

/** The name of a Unix socket has at most 107 bytes (unix(7)); this much is left for the directory that ours lies in. */
const LONGEST = 70;
const OTHERS_PASS = 0o001;

/**
 * A new directory that a server of another user reaches: below the directory of temporary files, or below /tmp where that one is for its user alone
 * (so it is with pam_tmpdir), or its name too long for a socket in it.
 * @param temporary default: that of this process
 */
export async function makePlace(prefix: string, temporary = tmpdir()): Promise<string> {
  const fits = Buffer.byteLength(temporary) <= LONGEST && (process.getuid?.() !== 0 || (await othersPass(temporary)));
  const dir = await mkdtemp(join(fits ? temporary : '/tmp', prefix));
  await chmod(dir, 0o711);
  return dir;
}

async function othersPass(path: string): Promise<boolean> {
  for (let dir = resolve(path); ; dir = dirname(dir)) {
    if (((await stat(dir)).mode & OTHERS_PASS) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}
