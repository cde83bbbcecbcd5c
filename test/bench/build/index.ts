import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, openLab } from '../../../scripts/lab/lab.ts';
import { setup } from '../../../scripts/testing/built.ts';
import { BUILT_PROGRAM } from '../../../scripts/testing/built-program.ts';
import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';

/**
 * What a build by Shiplock costs beside the same `go build` by hand: `npm run bench build [PAIRS] [cold] [change] [same]`. The API of certkeeper, whose modules
 * are on the machine. Each pair is one after the other, in turn, at the same low priority: cold with an empty cache of compiled packages
 * each, then with one changed file, then with nothing changed. The whole command is timed, from its start to its end.
 */

/** Most that a cold build may take above a plain one, as a share; most that a build without a change may take, milliseconds. */
const ABOVE = 0.1;
const SAME_MS = 2000;
const PARTS = ['cold', 'change', 'same'];

export async function buildBench(words: readonly string[]): Promise<readonly Figure[]> {
  const pairs = Number(words.find((word) => /^\d+$/.test(word)) ?? 3);
  const parts = words.filter((word) => PARTS.includes(word));
  const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
  await setup();
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-bench-build-'));
  const lab = await openLab({ database: false, frontend: false, ports: [26_800, 26_899] });
  try {
    // A pipeline has the modules on its disk; fetching them takes the same time by both.
    await timed(['go', 'mod', 'download'], join(lab.service, 'api'), {});
    await lab.commit('1.0.0', { verifyModules: true });
    return [
      ...(wanted('cold') ? await coldBuilds(lab, dir, pairs) : []),
      ...(wanted('change') ? await changedBuilds(lab, dir, pairs) : []),
      ...(wanted('same') ? await sameBuilds(lab, dir, Math.max(pairs, 7)) : []),
    ];
  } finally {
    await lab.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Pair {
  readonly plain: number;
  readonly ours: number;
}

async function coldBuilds(lab: Lab, dir: string, pairs: number): Promise<readonly Figure[]> {
  const measured: Pair[] = [];
  for (let round = 0; round < pairs; round++) {
    const compiled = (who: string): string => join(dir, `cold-${round}-${who}`);
    const plain = () => plainBuild(join(lab.service, 'api'), compiled('plain'), join(dir, 'plain'));
    const ours = () => ourBuild(lab, compiled('ours'), join(dir, `state-${round}`));
    measured.push(await inTurn(round, plain, ours));
    say(`cold, pair ${round + 1} of ${pairs}: ${pairText(measured.at(-1))}`);
    for (const who of ['plain', 'ours']) await rm(compiled(who), { recursive: true, force: true });
  }
  const above = median(measured.map(({ plain, ours }) => ours / plain)) - 1;
  return [
    figure('API of certkeeper, nothing compiled before', measured),
    {
      name: 'above the plain build, median of the pairs',
      value: `${(above * 100).toFixed(1)} %`,
      target: `≤ ${ABOVE * 100} %`,
      met: above <= ABOVE,
    },
  ];
}

/** A cache of its own each, so that neither finds what the other has just compiled. */
async function changedBuilds(lab: Lab, dir: string, pairs: number): Promise<readonly Figure[]> {
  const source = join(dir, 'plain-source');
  await cp(join(lab.service, 'api'), source, { recursive: true });
  const [state, ours, plain] = [join(dir, 'state-change'), join(dir, 'change-ours'), join(dir, 'change-plain')];
  await ourBuild(lab, ours, state);
  await plainBuild(source, plain, join(dir, 'plain'));
  const measured: Pair[] = [];
  for (let round = 0; round < pairs; round++) {
    const text = `package httpapi\n\n// Round is part of this measurement.\nconst Round = ${round}\n`;
    for (const place of [join(lab.service, 'api'), source])
      await writeFile(join(place, 'internal', 'httpapi', 'round.go'), text);
    await lab.commit(`1.1.${round}`, { verifyModules: true });
    measured.push(
      await inTurn(
        round,
        () => plainBuild(source, plain, join(dir, 'plain')),
        () => ourBuild(lab, ours, state),
      ),
    );
    say(`one file changed, pair ${round + 1} of ${pairs}: ${pairText(measured.at(-1))}`);
  }
  return [figure('API of certkeeper, one file changed and a new version', measured)];
}

async function sameBuilds(lab: Lab, dir: string, rounds: number): Promise<readonly Figure[]> {
  const [state, compiled, source] = [join(dir, 'state-same'), join(dir, 'same'), join(lab.service, 'api')];
  await ourBuild(lab, compiled, state);
  await plainBuild(source, compiled, join(dir, 'plain'));
  const measured: Pair[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push(
      await inTurn(
        round,
        () => plainBuild(source, compiled, join(dir, 'plain')),
        () => ourBuild(lab, compiled, state),
      ),
    );
  }
  const slowest = Math.max(...measured.map(({ ours }) => ours));
  return [
    figure('API of certkeeper, nothing changed', measured),
    {
      name: 'a build without a change, the slowest',
      value: `${Math.round(slowest)} ms`,
      target: `≤ ${SAME_MS} ms`,
      met: slowest <= SAME_MS,
    },
  ];
}

/** Whoever comes second finds a warmer disk: they take turns. */
async function inTurn(round: number, plain: () => Promise<number>, ours: () => Promise<number>): Promise<Pair> {
  if (round % 2 === 0) return { plain: await plain(), ours: await ours() };
  const first = await ours();
  return { ours: first, plain: await plain() };
}

/** The command as the actions ship it, which starts quicker than the sources. */
function ourBuild(lab: Lab, compiled: string, state: string): Promise<number> {
  const argv = [process.execPath, BUILT_PROGRAM, 'build', 'production', '--quiet', '--state', state];
  return timed(argv, lab.service, { ...lab.env, SHIPLOCK_WHO: 'bench', GOCACHE: compiled });
}

function plainBuild(source: string, compiled: string, output: string): Promise<number> {
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
  return timed(['nice', '-n', '10', 'go', 'build', ...flags, '-o', output, './cmd/certkeeper'], source, {
    CGO_ENABLED: '0',
    GOCACHE: compiled,
  });
}

function timed(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const [program = '', ...words] = argv;
    execFile(program, words, { cwd, env: { ...process.env, ...env } }, (error, _stdout, stderr) => {
      if (error === null) resolve(performance.now() - begin);
      else reject(new Error(`${argv.join(' ')}: ${stderr}`));
    });
  });
}

function figure(name: string, measured: readonly Pair[]): Figure {
  const seconds = (values: readonly number[]): string =>
    `${(median(values) / 1000).toFixed(2)} s (${(Math.min(...values) / 1000).toFixed(2)} to ${(Math.max(...values) / 1000).toFixed(2)})`;
  return {
    name,
    value: `shiplock build ${seconds(measured.map(({ ours }) => ours))}, go build ${seconds(measured.map(({ plain }) => plain))}, medians of ${measured.length} pairs`,
    met: null,
  };
}

function pairText(pair: Pair | undefined): string {
  return pair === undefined ? '' : `plain ${(pair.plain / 1000).toFixed(1)} s, ours ${(pair.ours / 1000).toFixed(1)} s`;
}
