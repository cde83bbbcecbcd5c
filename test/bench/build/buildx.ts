import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { startBuildx } from '../../support/buildx.ts';
import type { ImagePeer } from './images.ts';
import { plainBuild, timed } from './pairs.ts';

/**
 * `go build` by hand, then `docker buildx build` with a Dockerfile that copies the program into an empty image, and BuildKit pushes it. What that has not:
 * module verification, vet, the same digest at another time, the journal. BuildKit keeps its cache between the rounds, as a builder does.
 */
export async function buildxPeer(lab: Lab, dir: string): Promise<ImagePeer> {
  const buildx = await startBuildx(dir);
  const context = join(dir, 'context');
  await mkdir(context);
  const dockerfile = ['FROM scratch', 'COPY certkeeper /certkeeper', 'USER 65532:65532', 'ENTRYPOINT ["/certkeeper"]'];
  await writeFile(join(context, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  return {
    name: 'go build and docker buildx build',
    build: async (compiled, repository) => {
      const program = await plainBuild(join(lab.service, 'api'), compiled, join(context, 'certkeeper'));
      const output = `type=image,name=${repository}:1,push=true,registry.insecure=true`;
      const words = ['buildx', 'build', '--builder', buildx.builder, '--quiet', '--output', output, context];
      return program + (await timed(['nice', '-n', '10', 'docker', ...words], dir, buildx.env));
    },
    stop: () => buildx.stop(),
  };
}
