import { readdir, readFile } from 'node:fs/promises';

/** Pids of processes on this machine whose command line, word by word, is as asked. Ask by a directory of your own. */
export async function processesWith(matches: (argv: readonly string[]) => boolean): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      return matches(text.split('\0').filter((word) => word !== '')) ? [Number(name)] : [];
    }),
  );
  return found.flat();
}
