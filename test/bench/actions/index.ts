import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { actionNames } from '../../../scripts/bundle.ts';
import { bytesOf, loadedWith, readBundle } from '../../../scripts/bundle-sizes.ts';
import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';

/**
 * What an action costs before it does anything: `npm run bench actions [ROUNDS]`. Each is started without inputs, so that it ends when it has
 * loaded and read them, beside an action that only loads @actions/core and reads one input. One after another, in turn, so that what else
 * the machine does meets all alike.
 */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DIST = join(ROOT, 'actions', 'dist');
/** Most that an action may take above the empty one, milliseconds. */
const ABOVE_MS = 100;
const MOST = 2_500_000;

export async function actionsBench([word]: readonly string[]): Promise<readonly Figure[]> {
  const rounds = word === undefined ? 21 : Number(word);
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-bench-actions-'));
  try {
    const empty = await emptyAction(dir);
    const all = [['empty', empty] as const, ...actionNames.map((name) => [name, join(DIST, `${name}.js`)] as const)];
    const times = new Map<string, number[]>(all.map(([name]) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [name, file] of all) {
        const ms = start(file, dir);
        // The first round only warms the disk.
        if (round > 0) times.get(name)?.push(ms);
      }
      if (round % 5 === 0) say(`round ${round} of ${rounds}`);
    }
    const base = median(times.get('empty') ?? []);
    const files = await readBundle(DIST);
    return [
      { name: `empty action (@actions/core alone), median of ${rounds}`, value: `${base.toFixed(0)} ms`, met: null },
      ...actionNames.map((name): Figure => {
        const ms = median(times.get(name) ?? []);
        const bytes = bytesOf(files, loadedWith(files, `${name}.js`));
        return {
          name,
          value: `${ms.toFixed(0)} ms, ${(ms - base).toFixed(0)} ms above the empty one (${(ms / base).toFixed(2)} times); ${(bytes / 1e6).toFixed(2)} MB`,
          target: `≤ ${ABOVE_MS} ms above, ≤ ${MOST / 1e6} MB`,
          met: ms - base <= ABOVE_MS && bytes <= MOST,
        };
      }),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Milliseconds from start to end of a process. */
function start(file: string, dir: string): number {
  const begin = performance.now();
  spawnSync(process.execPath, [file], { env: { PATH: process.env['PATH'] ?? '', RUNNER_TEMP: dir }, stdio: 'ignore' });
  return performance.now() - begin;
}

async function emptyAction(dir: string): Promise<string> {
  const source = join(dir, 'empty.mjs');
  await writeFile(source, `import * as core from '@actions/core';\ncore.info(core.getInput('nothing'));\n`);
  const file = join(dir, 'empty.bundle.mjs');
  const build = await rolldown({
    input: source,
    platform: 'node',
    external: [/^node:/],
    resolve: { modules: [join(ROOT, 'node_modules')] },
  });
  await build.write({ file, format: 'esm', minify: false });
  await build.close();
  execFileSync(process.execPath, [file]);
  return file;
}
