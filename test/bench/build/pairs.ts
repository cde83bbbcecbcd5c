import { execFile } from 'node:child_process';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { BUILT_PROGRAM } from '../../../scripts/testing/built-program.ts';
import type { Figure } from '../support/figure.ts';
import { median } from '../support/statistics.ts';

/** Builds that are timed side by side. */

/** Milliseconds of one build each. */
export interface Pair {
  readonly plain: number;
  readonly ours: number;
}

/** Whoever comes second finds a warmer disk: they take turns. */
export async function inTurn(round: number, plain: () => Promise<number>, ours: () => Promise<number>): Promise<Pair> {
  if (round % 2 === 0) return { plain: await plain(), ours: await ours() };
  const first = await ours();
  return { ours: first, plain: await plain() };
}

/** The command as the actions ship it, which starts quicker than the sources. */
export function ourBuild(lab: Lab, compiled: string | null, state: string): Promise<number> {
  const argv = [process.execPath, BUILT_PROGRAM, 'build', 'production', '--quiet', '--state', state];
  return timed(argv, lab.service, { ...lab.env, SHIPLOCK_WHO: 'bench', ...cacheIn(compiled) });
}

export function plainBuild(source: string, compiled: string | null, output: string): Promise<number> {
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
  return timed(['nice', '-n', '10', 'go', 'build', ...flags, '-o', output, './cmd/certkeeper'], source, {
    CGO_ENABLED: '0',
    ...cacheIn(compiled),
  });
}

export function cacheIn(compiled: string | null): Readonly<Record<string, string>> {
  return compiled === null ? {} : { GOCACHE: compiled };
}

export function timed(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const [program = '', ...words] = argv;
    execFile(program, words, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error === null) resolve(performance.now() - begin);
      else reject(new Error(`${argv.join(' ')}: ${stdout}${stderr}`));
    });
  });
}

export function figure(name: string, measured: readonly Pair[], peer = 'go build'): Figure {
  const seconds = (values: readonly number[]): string =>
    `${(median(values) / 1000).toFixed(2)} s (${(Math.min(...values) / 1000).toFixed(2)} to ${(Math.max(...values) / 1000).toFixed(2)})`;
  return {
    name,
    value: `shiplock build ${seconds(measured.map(({ ours }) => ours))}, ${peer} ${seconds(measured.map(({ plain }) => plain))}, medians of ${measured.length} pairs`,
    met: null,
  };
}

export function pairText(pair: Pair | undefined): string {
  return pair === undefined ? '' : `plain ${(pair.plain / 1000).toFixed(1)} s, ours ${(pair.ours / 1000).toFixed(1)} s`;
}
