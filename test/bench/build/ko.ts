import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { toolPath } from '../../../scripts/tool.ts';
import { startRegistry } from '../../support/registry.ts';
import { type Figure, say } from '../support/figure.ts';
import { figure, inTurn, ourBuild, type Pair, pairText, timed } from './pairs.ts';

/**
 * Program and image, pushed to a registry on loopback, beside ko (https://ko.build), which compiles, packs and pushes the same package. ko writes no
 * bill of materials here, and gets an empty base, so that both make the same kind of image. What ko has not: module verification, vet, the journal.
 */
export async function imageBuilds(lab: Lab, dir: string, pairs: number): Promise<readonly Figure[]> {
  const ko = await toolPath('ko');
  const registry = await startRegistry();
  try {
    const base = await emptyBase(registry.address, dir);
    const theirs = (compiled: string, round: string): Promise<number> =>
      timed(
        ['nice', '-n', '10', ko, 'build', '--bare', '--sbom=none', '--insecure-registry', './cmd/certkeeper'],
        join(lab.service, 'api'),
        {
          KO_DOCKER_REPO: `${registry.address}/bench/ko-${round}`,
          KO_DEFAULTBASEIMAGE: base,
          GOCACHE: compiled,
          GOFLAGS: '-trimpath',
          CGO_ENABLED: '0',
        },
      );
    const image = (round: string): object => ({
      image: { repository: `${registry.address}/bench/own-${round}`, registry: `http://${registry.address}` },
    });
    const measure = async (compiled: (who: string) => string, round: string, turn: number): Promise<Pair> =>
      inTurn(
        turn,
        () => theirs(compiled('ko'), round),
        () => ourBuild(lab, compiled('ours'), join(dir, `state-ko-${round}`)),
      );
    const cold: Pair[] = [];
    const same: Pair[] = [];
    for (let round = 0; round < pairs; round++) {
      const name = String(round);
      const compiled = (who: string): string => join(dir, `ko-${name}-${who}`);
      // A repository of its own for each round: nothing is in the registry yet.
      await lab.commit(`2.0.${name}`, { ...image(name), verifyModules: true });
      cold.push(await measure(compiled, name, round));
      say(`image, cold, pair ${round + 1} of ${pairs}: ${pairText(cold.at(-1))}`);
      same.push(await measure(compiled, name, round + 1));
      say(`image, nothing changed, pair ${round + 1} of ${pairs}: ${pairText(same.at(-1))}`);
      for (const who of ['ko', 'ours']) await rm(compiled(who), { recursive: true, force: true });
    }
    return [
      figure('program and image of certkeeper, pushed, nothing compiled before', cold, 'ko build'),
      figure('the same, nothing changed', same, 'ko build'),
    ];
  } finally {
    await registry.stop();
  }
}

/** ko needs a base with a platform; this one has an empty layer. */
async function emptyBase(address: string, dir: string): Promise<string> {
  const crane = await toolPath('crane');
  const empty = join(dir, 'empty');
  await mkdir(empty, { recursive: true });
  execFileSync('tar', ['-C', empty, '-cf', `${empty}.tar`, '--mtime=@0', '--owner=0', '--group=0', '.']);
  const run = (...words: readonly string[]): string =>
    execFileSync(crane, [...words, '--insecure'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('append', '--oci-empty-base', '-f', `${empty}.tar`, '-t', `${address}/base:0`);
  run('mutate', '--set-platform', 'linux/amd64', '-t', `${address}/base:1`, `${address}/base:0`);
  return `${address}/base@${run('digest', `${address}/base:1`).trim()}`;
}
