import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, makeOnce } from '../../../scripts/cache.ts';
import { freePort } from '../../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../../scripts/components/supervise.ts';
import { type ImageSource, type Needed, needed } from '../../../scripts/setup/components.ts';
import { referenceOf } from '../../../scripts/setup/reference.ts';
import { command } from '../../../scripts/testing/command.ts';

/** A private Docker engine and a private registry on loopback, and images built from Debian packages to stand for the official ones. */

/** What the sweep itself runs. The packages start no service. */
export const engineNeeds: readonly Needed[] = [
  {
    name: 'Docker engine',
    why: 'fetches images',
    binaries: ['dockerd', 'containerd', 'docker'],
    debianPackages: ['docker.io'],
    forWhat: ['test'],
  },
  {
    name: 'image registry',
    why: 'has the images',
    binaries: ['docker-registry'],
    debianPackages: ['docker-registry'],
    forWhat: ['test'],
  },
  {
    name: 'mmdebstrap',
    why: 'builds the images',
    binaries: ['mmdebstrap'],
    debianPackages: ['mmdebstrap'],
    forWhat: ['test'],
  },
];

export interface Registry extends Component {
  /** host:port */
  readonly address: string;
}

/** A registry that keeps its images in `dir`. */
export async function startRegistry(dir: string): Promise<Registry> {
  await mkdir(dir, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const configuration = join(dir, 'registry.yml');
  const text = `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${join(dir, 'data')}\nhttp:\n  addr: ${address}\n`;
  await writeFile(configuration, text);
  const component = await startComponent({
    name: 'registry',
    argv: ['docker-registry', 'serve', configuration],
    home: await homeFor('registry', dir),
    ready: async () => (await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(1000) })).ok,
  });
  return { ...component, address };
}

export interface Engine extends Component {
  /** For DOCKER_HOST. */
  readonly url: string;
}

/** An engine of its own, without network, since nothing runs in it; everything it keeps lies in `dir`. */
export async function startEngine(dir: string): Promise<Engine> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'daemon.json'), '{}');
  const url = `unix://${join(dir, 'docker.sock')}`;
  const argv = [
    'dockerd',
    '-H',
    url,
    `--config-file=${join(dir, 'daemon.json')}`,
    `--pidfile=${join(dir, 'docker.pid')}`,
  ];
  argv.push(`--data-root=${join(dir, 'data')}`, `--exec-root=${join(dir, 'exec')}`);
  argv.push('--iptables=false', '--ip6tables=false', '--bridge=none');
  const ready = async (): Promise<boolean> => (await docker(url, ['version'])).code === 0;
  const component = await startComponent({
    name: 'dockerd',
    argv,
    home: await homeFor('dockerd', dir),
    ready,
    deadlineMs: 60_000,
    graceMs: 30_000,
  });
  return { ...component, url };
}

export function docker(url: string, args: readonly string[]): ReturnType<typeof command> {
  return command(['docker', ...args], { cwd: '/', live: false, env: { DOCKER_HOST: url } });
}

async function must(url: string, args: readonly string[]): Promise<void> {
  const { code, output } = await docker(url, args);
  if (code !== 0) throw new Error(`docker ${args[0]} ended with ${code}:\n${output}`);
}

/** Where the official images have the programs, if not where Debian's packages do. */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  'library/haproxy': ['usr/sbin/haproxy', 'usr/local/sbin/haproxy'],
  'prom/alertmanager': ['usr/bin/prometheus-alertmanager', 'usr/bin/alertmanager'],
  'library/redis': ['usr/bin/redis-cli', 'usr/local/bin/redis-cli'],
};

/** Every component with an image, built from the packages of a Debian suite and pushed; the engine keeps none of them. */
export async function publishImages(engine: Engine, registry: Registry, suite: string): Promise<void> {
  for (const { name, image, debianPackages } of needed) {
    if (image === undefined || debianPackages === undefined) continue;
    console.log(`building the image of ${name} from packages of ${suite} …`);
    const tar = await packed(image, debianPackages, suite);
    const reference = referenceOf(image, registry.address);
    await must(engine.url, ['import', tar, reference]);
    await must(engine.url, ['push', reference]);
  }
  await forgetImages(engine);
}

/** Removes every image from the engine, so that the next one is really fetched. */
export async function forgetImages(engine: Engine): Promise<void> {
  const { output } = await docker(engine.url, ['image', 'ls', '--quiet', '--no-trunc']);
  const ids = [...new Set(output.split('\n').filter((line) => line.startsWith('sha256:')))];
  if (ids.length > 0) await must(engine.url, ['image', 'rm', '--force', ...ids]);
}

/** A file system of these packages and all they need, as a tar file in the cache. Package scripts are not run. */
function packed(image: ImageSource, packages: readonly string[], suite: string): Promise<string> {
  const [from = '', to = ''] = MOVES[image.repository] ?? [];
  const hook = to === '' ? 'true' : `mkdir -p "$1/$(dirname ${to})" && mv "$1/${from}" "$1/${to}"`;
  // base-files brings the links /lib and /lib64, which every Debian image has.
  const include = ['base-files', ...packages].join(',');
  const id = createHash('sha256').update(`${include} ${hook}`).digest('hex').slice(0, 8);
  return makeOnce({
    target: cacheDir('soak-images', suite, `${image.repository.replace('/', '-')}-${id}.tar`),
    script: 'mmdebstrap --quiet --format=tar --variant=extract --include="$2" --customize-hook="$4" "$3" "$1"',
    args: [include, suite, hook],
  });
}
