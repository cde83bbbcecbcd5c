import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir, makeOnce } from '../../../scripts/cache.ts';
import type { Figure } from '../support/figure.ts';
import { FAMILIES } from './families.ts';
import { digestOf, type Recording } from './recording.ts';

/** The same answer everywhere: recorded releases folded again on other versions of Node, resumed at every sample. */

const RELEASES = 200;
/** Beside the one that runs this. The oldest that reads TypeScript as it is, and the newest. */
const OTHERS: readonly string[] = ['22.23.3', '26.10.0'];

const CHILD = join(import.meta.dirname, 'replay-child.ts');

export async function replayFigures(from: number): Promise<readonly Figure[]> {
  const recordings = Array.from({ length: RELEASES }, (_, i): Recording => {
    const family = FAMILIES[i % FAMILIES.length];
    if (family === undefined) throw new Error('there are no families');
    const { metrics, history, intervals } = family.make(from + i);
    return { metrics, history, intervals: intervals.filter((rows) => rows.length > 0) };
  });
  const samples = recordings.reduce((sum, one) => sum + one.intervals.length, 0);
  const directory = await mkdtemp(join(tmpdir(), 'shiplock-replay-'));
  try {
    const file = join(directory, 'recordings.jsonl');
    await writeFile(file, `${recordings.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const straight = recordings.map((recording) => digestOf(recording, 'straight'));
    const replayed = [process.versions.node, ...OTHERS].map(async (version): Promise<Figure> => {
      const digests = await replayOn(version, file);
      const same = digests.filter((digest, i) => digest === straight[i]).length;
      return {
        name: `replay on Node ${version}, through JSON at every sample`,
        value: `${same} of ${RELEASES} recorded releases bit for bit the same, ${samples.toLocaleString('en')} samples`,
        target: `all ${RELEASES}`,
        met: same === RELEASES,
      };
    });
    return await Promise.all(replayed);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function replayOn(version: string, file: string): Promise<readonly string[]> {
  const node = version === process.versions.node ? process.execPath : await nodeOf(version);
  const { stdout } = await promisify(execFile)(node, [CHILD, file], { maxBuffer: 1 << 24, timeout: 600_000 });
  return stdout.trim().split('\n');
}

/** Another version of Node, from the npm package `node`, kept in the cache. */
async function nodeOf(version: string): Promise<string> {
  const directory = await makeOnce({
    target: cacheDir('node', version),
    script:
      'mkdir "$1" && npm install --loglevel=error --no-save --no-package-lock --prefix "$1" "node@$2" && test -x "$1/node_modules/node/bin/node"',
    args: [version],
  });
  return join(directory, 'node_modules', 'node', 'bin', 'node');
}
