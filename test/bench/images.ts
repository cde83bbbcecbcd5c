import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolPath } from '../../scripts/tool.ts';
import { readLayout } from '../../src/build/oci/layout.ts';
import { layoutDigest } from '../../src/build/oci/node.ts';
import { serviceDir } from '../components/certkeeper.ts';
import { build, imageBuild, SETTINGS } from '../support/image-build.ts';
import { startRegistry } from '../support/registry.ts';
import { type Figure, say } from './support/figure.ts';

/**
 * What an image costs beside compiling its program: `npm run bench images`. The program of certkeeper's API; written, pushed to a registry on
 * loopback that has nothing yet, and both again when nothing has changed. Beside it, the same program put into an image by crane.
 */

export async function imagesBench(words: readonly string[]): Promise<readonly Figure[]> {
  const rounds = Number(words[0] ?? '5');
  const crane = await toolPath('crane');
  const dir = await mkdtemp(join(tmpdir(), 'images-bench-'));
  const registry = await startRegistry();
  try {
    const source = join(serviceDir, 'api');
    const program = join(dir, 'certkeeper');
    const compile = timed(() => {
      const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', program, './cmd/certkeeper'];
      execFileSync('go', ['build', ...flags], {
        cwd: source,
        env: { ...process.env, CGO_ENABLED: '0', GOCACHE: join(dir, 'cache') },
      });
    });
    const commit = execFileSync('git', ['-C', source, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    const times: Record<'write' | 'push' | 'again' | 'crane', number[]> = { write: [], push: [], again: [], crane: [] };
    let layout = '';
    for (let round = 0; round < rounds; round += 1) {
      const outDir = join(dir, `out-${round}`);
      const own = {
        ...SETTINGS,
        repository: `${registry.address}/bench/own-${round}`,
        registry: `http://${registry.address}`,
      };
      // Another variable makes another image, so that the registry has not all of it.
      const image = imageBuild({
        dir: source,
        commit,
        program,
        outDir,
        settings: { ...own, env: { ROUND: String(round) } },
      });
      times.write.push(await timedAsync(() => build(image, 'layout')));
      times.push.push(await timedAsync(() => build(image)));
      times.again.push(await timedAsync(() => build(image)));
      const [key = ''] = await readdir(join(outDir, 'hello'));
      layout = join(outDir, 'hello', key, 'image');
      const tar = join(dir, 'layer.tar');
      times.crane.push(
        timed(() => {
          execFileSync('tar', [
            '--sort=name',
            '--mtime=@0',
            '--owner=0',
            '--group=0',
            '--format=ustar',
            '-cf',
            tar,
            '-C',
            dir,
            'certkeeper',
          ]);
          execFileSync(
            crane,
            ['append', '--oci-empty-base', '-f', tar, '-t', `${registry.address}/bench/crane-${round}:1`],
            { stdio: 'ignore' },
          );
          execFileSync(
            crane,
            [
              'mutate',
              `${registry.address}/bench/crane-${round}:1`,
              '--entrypoint',
              '/certkeeper',
              '-t',
              `${registry.address}/bench/crane-${round}:1`,
            ],
            { stdio: 'ignore' },
          );
        }),
      );
      say(`round ${round + 1} of ${rounds}: ${await layoutDigest(layout)}`);
    }
    const { blobs } = await readLayout(layout);
    const packed = blobs.reduce((total, { size }) => total + size, 0);
    const plain = (await stat(program)).size;
    const write = middle(times.write);
    return [
      { name: 'compiling the program, nothing cached', value: seconds(compile), met: null },
      {
        name: 'writing its image',
        value: `${seconds(write)}, ${((100 * write) / compile).toFixed(0)} % of that`,
        met: write < 0.1 * compile,
      },
      { name: 'pushing it to a registry that has nothing of it', value: seconds(middle(times.push)), met: null },
      { name: 'both again, nothing changed', value: seconds(middle(times.again)), met: middle(times.again) <= 2000 },
      { name: 'tar, crane append and crane mutate', value: seconds(middle(times.crane)), met: null },
      { name: 'program, and image', value: `${megabytes(plain)}, ${megabytes(packed)}`, met: null },
    ];
  } finally {
    await registry.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

async function timedAsync(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
