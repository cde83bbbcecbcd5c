import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, openLab } from '../../../scripts/lab/lab.ts';
import { setup } from '../../../scripts/testing/built.ts';
import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';
import { buildxPeer } from './buildx.ts';
import { imageBuilds } from './images.ts';
import { koPeer } from './ko.ts';
import { figure, inTurn, ourBuild, type Pair, pairText, plainBuild, timed } from './pairs.ts';

/**
 * What a build by Shiplock costs beside the same `go build` by hand: `npm run bench build [PAIRS] [cold] [change] [same] [ko] [buildx]`. The API of certkeeper, whose modules
 * are on the machine. Each pair is one after the other, in turn, at the same low priority: cold with an empty cache of compiled packages
 * each, then with one changed file, then with nothing changed. Then program and image, pushed to a registry
 * on loopback, beside ko, and beside `go build` with `docker buildx build` (needs root). The whole command is timed, from its start to its end.
 */

/** Most that a cold build may take above a plain one, as a share; most that a build without a change may take, milliseconds. */
const ABOVE = 0.1;
const SAME_MS = 2000;
const PARTS = ['cold', 'change', 'same', 'ko', 'buildx'];

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
      ...(wanted('ko')
        ? await imageBuilds({ lab, dir, pairs, major: 2, start: (address) => koPeer(lab, dir, address) })
        : []),
      ...(wanted('buildx') ? await imageBuilds({ lab, dir, pairs, major: 3, start: () => buildxPeer(lab, dir) }) : []),
    ];
  } finally {
    await lab.stop();
    await rm(dir, { recursive: true, force: true });
  }
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
  const [state, source] = [join(dir, 'state-same'), join(lab.service, 'api')];
  // The cache of this machine: nothing is compiled here in any case.
  const compiled = null;
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
