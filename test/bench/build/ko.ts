import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { toolPath } from '../../../scripts/tool.ts';
import type { ImagePeer } from './images.ts';
import { timed } from './pairs.ts';

/**
 * ko (https://ko.build), which compiles, packs and pushes the same package. It writes no bill of materials here, and gets an empty base, so that both
 * make the same kind of image. What ko has not: module verification, vet, the journal.
 */
export async function koPeer(lab: Lab, dir: string, address: string): Promise<ImagePeer> {
  const ko = await toolPath('ko');
  const base = await emptyBase(address, dir);
  const words = ['build', '--bare', '--sbom=none', '--insecure-registry', './cmd/certkeeper'];
  return {
    name: 'ko build',
    build: (compiled, repository) =>
      timed(['nice', '-n', '10', ko, ...words], join(lab.service, 'api'), {
        KO_DOCKER_REPO: repository,
        KO_DEFAULTBASEIMAGE: base,
        GOCACHE: compiled,
        GOFLAGS: '-trimpath',
        CGO_ENABLED: '0',
      }),
    stop: async () => undefined,
  };
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
