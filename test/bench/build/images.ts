import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { startRegistry } from '../../support/registry.ts';
import { type Figure, say } from '../support/figure.ts';
import { figure, inTurn, ourBuild, type Pair, pairText } from './pairs.ts';

/** Program and image, pushed to a registry on loopback, beside somebody else's build of the same package. */

export interface ImagePeer {
  /** For people: what is run. */
  readonly name: string;
  /** Builds and pushes to `repository`; milliseconds. @param compiled directory of compiled packages, nobody else's */
  build(compiled: string, repository: string): Promise<number>;
  stop(): Promise<void>;
}

export interface ImageBench {
  readonly lab: Lab;
  readonly dir: string;
  readonly pairs: number;
  /** First number of the versions that are built, so that two peers do not find each other's work. */
  readonly major: number;
  /** @param address of the registry, `host:port` */
  start(address: string): Promise<ImagePeer>;
}

/** Pairs with nothing compiled and nothing in the registry, each followed by one with nothing changed. */
export async function imageBuilds({ lab, dir, pairs, major, start }: ImageBench): Promise<readonly Figure[]> {
  const registry = await startRegistry();
  try {
    const peer = await start(registry.address);
    try {
      const cold: Pair[] = [];
      const same: Pair[] = [];
      for (let round = 0; round < pairs; round++) {
        const compiled = (who: string): string => join(dir, `image-${major}-${round}-${who}`);
        // A repository of its own for each round: nothing is in the registry yet.
        const own = `${registry.address}/bench/own-${major}-${round}`;
        const image = { repository: own, registry: `http://${registry.address}` };
        await lab.commit(`${major}.0.${round}`, { image, verifyModules: true });
        const pair = (turn: number): Promise<Pair> =>
          inTurn(
            turn,
            () => peer.build(compiled('peer'), `${registry.address}/bench/peer-${round}`),
            () => ourBuild(lab, compiled('ours'), join(dir, `state-image-${major}-${round}`)),
          );
        cold.push(await pair(round));
        say(`image beside ${peer.name}, cold, pair ${round + 1} of ${pairs}: ${pairText(cold.at(-1))}`);
        same.push(await pair(round + 1));
        say(`image beside ${peer.name}, nothing changed, pair ${round + 1} of ${pairs}: ${pairText(same.at(-1))}`);
        for (const who of ['peer', 'ours']) await rm(compiled(who), { recursive: true, force: true });
      }
      return [
        figure('program and image of certkeeper, pushed, nothing compiled before', cold, peer.name),
        figure('the same, nothing changed', same, peer.name),
      ];
    } finally {
      await peer.stop();
    }
  } finally {
    await registry.stop();
  }
}
