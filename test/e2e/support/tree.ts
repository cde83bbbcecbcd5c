import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Path → kind, mode, time of change and content of everything below a directory; sockets and logs by their kind only. */
export async function treeOf(dir: string, at = ''): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const entries = await readdir(join(dir, at), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = at === '' ? entry.name : `${at}/${entry.name}`;
    const path = join(dir, name);
    if (entry.isDirectory()) {
      found[name] = 'directory';
      Object.assign(found, await treeOf(dir, name));
    } else if (entry.isSymbolicLink()) found[name] = `link ${await readlink(path)}`;
    else if (!entry.isFile()) found[name] = 'other';
    else {
      const { mode, mtimeMs } = await lstat(path);
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      found[name] = `file ${mode.toString(8)} ${mtimeMs} ${digest}`;
    }
  }
  return found;
}
