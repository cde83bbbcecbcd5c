import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, makeOnce } from './cache.ts';

const pins = join(import.meta.dirname, '../tools/eslint');

/** ESLint with what `tools/eslint` pins beside it; fetched on first use into the user's cache (48 MB), at once afterwards. */
export async function eslintProgram(): Promise<string> {
  const lock = await readFile(join(pins, 'package-lock.json'));
  const directory = await makeOnce({
    target: cacheDir('tools', `eslint-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`),
    script: `mkdir -p "$1"
cp "$2/package.json" "$2/package-lock.json" "$1"
cd "$1"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error`,
    args: [pins],
    onStart: () => process.stderr.write('fetching eslint (once, 48 MB) …\n'),
  });
  return join(directory, 'node_modules/.bin/eslint');
}
