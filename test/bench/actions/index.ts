import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { z } from 'zod';
import { actions } from '../../../actions/shared/all.ts';
import type { Definition } from '../../../actions/shared/define.ts';
import { fieldsOf } from '../../../actions/shared/inputs.ts';
import { actionNames } from '../../../scripts/bundle.ts';
import { bytesOf, loadedByAction, loadedWith, readBundle } from '../../../scripts/bundle-sizes.ts';
import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';

/**
 * What an action costs before it does anything: `npm run bench actions [ROUNDS]`. Each is started twice: without inputs, so that it ends when it has
 * read them; and with good ones and a configuration that is not there, so that it ends when it has also loaded all that acts and looked for the
 * file. Beside them an action that only loads @actions/core and reads one input. One after another, in turn, so that what else
 * the machine does meets all alike. On a busy machine the processor time says more than the clock: both are told, and the promise is judged by
 * the quickest start.
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
    const all = [
      { name: 'empty', file: empty, inputs: {} },
      ...actions.flatMap((definition) => {
        const file = join(DIST, `${definition.name}.js`);
        return [
          { name: firstOf(definition.name), file, inputs: {} },
          { name: actsOf(definition.name), file, inputs: goodInputs(definition, dir) },
        ];
      }),
    ];
    const times = new Map<string, Start[]>(all.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const { name, file, inputs } of all) {
        const started = start(file, dir, inputs);
        // The first round only warms the disk.
        if (round > 0) times.get(name)?.push(started);
      }
      if (round % 5 === 0) say(`round ${round} of ${rounds}`);
    }
    const figures = (name: string) => {
      const starts = times.get(name) ?? [];
      const quickest = Math.min(...starts.map(({ ms }) => ms));
      return { quickest, median: median(starts.map(({ ms }) => ms)), cpu: median(starts.map(({ cpuMs }) => cpuMs)) };
    };
    const base = figures('empty');
    const text = ({ quickest, median: middle, cpu }: typeof base): string =>
      `${quickest.toFixed(0)} ms at best, median ${middle.toFixed(0)} ms, ${cpu.toFixed(0)} ms of processor`;
    const files = await readBundle(DIST);
    return [
      { name: `empty action (@actions/core alone), ${rounds} starts`, value: text(base), met: null },
      ...actionNames.flatMap((action) => {
        const loads = [loadedWith(files, `${action}.js`), loadedByAction(files, action)];
        return [firstOf(action), actsOf(action)].map((name, index): Figure => {
          const found = figures(name);
          const above = found.quickest - base.quickest;
          const bytes = bytesOf(files, loads[index] ?? []);
          const ratio = (found.cpu / base.cpu).toFixed(2);
          return {
            name,
            value: `${text(found)}: ${above.toFixed(0)} ms above the empty one, ${ratio} times its processor time; ${(bytes / 1e6).toFixed(2)} MB`,
            target: `≤ ${ABOVE_MS} ms above, ≤ ${MOST / 1e6} MB`,
            met: above <= ABOVE_MS && bytes <= MOST,
          };
        });
      }),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function firstOf(action: string): string {
  return `${action}, a wrong input`;
}

function actsOf(action: string): string {
  return `${action}, a missing configuration`;
}

/** Inputs as the runner hands them over: all that must be given, and a configuration that is not there. */
function goodInputs({ inputs }: Definition, dir: string): Readonly<Record<string, string>> {
  const given = [...fieldsOf(inputs)]
    .filter(([, { required }]) => required)
    .map(([name, { example }]) => [name, example] as const);
  const place = { state: join(dir, 'state'), config: join(dir, 'none.yaml') };
  const all = new Map([...given, ...Object.entries(place)]);
  return Object.fromEntries(
    [...all].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

interface Start {
  /** From start to end, by the clock. */
  readonly ms: number;
  readonly cpuMs: number;
}

function start(file: string, dir: string, inputs: Readonly<Record<string, string>>): Start {
  const usage = join(dir, 'usage.json');
  const told = `data:text/javascript,${encodeURIComponent(
    `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(usage)},JSON.stringify(process.cpuUsage())))`,
  )}`;
  const begin = performance.now();
  spawnSync(process.execPath, ['--import', told, file], {
    env: { PATH: process.env['PATH'] ?? '', RUNNER_TEMP: dir, ...inputs },
    stdio: 'ignore',
  });
  const ms = performance.now() - begin;
  const { user, system } = usageSchema.parse(JSON.parse(readFileSync(usage, 'utf8')));
  return { ms, cpuMs: (user + system) / 1000 };
}

const usageSchema = z.object({ user: z.number(), system: z.number() });

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
