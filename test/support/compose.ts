import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, makeOnce } from '../../scripts/cache.ts';
import { onPath } from '../../scripts/setup/probe.ts';
import { type Engine, startEngine } from '../soak/support/engine.ts';

/** The real Compose plugin (Debian's suite sid) over a real Docker engine of its own, with an image of busybox. */

export interface ComposeLab extends AsyncDisposable {
  /** Digest of the image. */
  readonly image: string;
  /** Of who calls docker: the engine and the plugin, and nobody else's. */
  readonly env: Readonly<Record<string, string>>;
  /** `docker WORDS`; what it prints. */
  docker(...words: readonly string[]): string;
}

/** Why it cannot run here; null: it can. */
export async function whyNoCompose(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'an engine of its own needs root';
  for (const program of ['dockerd', 'containerd', 'docker', 'busybox'])
    if ((await onPath(program)) === null) return `there is no ${program}; \`npm run soak compose\` installs it`;
  return null;
}

export async function startComposeLab(): Promise<ComposeLab> {
  const dir = mkdtempSync(join(tmpdir(), 'sl-compose-'));
  const plugin = await composePlugin();
  const engine: Engine = await startEngine(join(dir, 'engine'));
  const config = join(dir, 'docker');
  mkdirSync(join(config, 'cli-plugins'), { recursive: true });
  symlinkSync(plugin, join(config, 'cli-plugins', 'docker-compose'));
  const env = { DOCKER_CONFIG: config, DOCKER_HOST: engine.url };
  const docker = (...words: readonly string[]): string =>
    execFileSync('docker', words, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...env } });
  const root = join(dir, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync((await onPath('busybox')) ?? '', join(root, 'bin', 'busybox'));
  for (const name of ['sh', 'sleep', 'test', 'touch', 'rm']) symlinkSync('busybox', join(root, 'bin', name));
  execFileSync('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.']);
  const image = docker('import', '--change', 'ENV PATH=/bin', join(dir, 'image.tar')).trim();
  return {
    image,
    env,
    docker,
    async [Symbol.asyncDispose]() {
      await engine.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function composePlugin(): Promise<string> {
  const root = await makeOnce({
    target: join(cacheDir('compose', `sid-${process.arch}`), 'root'),
    script: 'sh "$2" "$1" sid docker-compose',
    args: [join(import.meta.dirname, '../../scripts/setup/unpack-debian.sh')],
    onStart: () => process.stderr.write('fetching docker-compose from Debian packages (once) …\n'),
  });
  const plugin = join(root, 'usr/libexec/docker/cli-plugins/docker-compose');
  if (!existsSync(plugin)) throw new Error(`no ${plugin}`);
  return plugin;
}

/** `shiplock.yaml` and `compose.yaml` of a system of two services, the second one in two containers, and a job that is none of them. */
export async function writeComposeSystem(dir: string, image: string): Promise<void> {
  await writeFile(join(dir, 'compose.yaml'), composeText(image));
  await writeFile(join(dir, 'shiplock.yaml'), CONFIG);
}

/** Service, state, moment of the start, and id of every container. */
export function composeContainers(lab: Pick<ComposeLab, 'docker'>): readonly string[] {
  const ids = lab.docker('ps', '--all', '--quiet', '--no-trunc').split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  const format = '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{.State.StartedAt}} {{.Id}}';
  return lab
    .docker('inspect', '--format', format, ...ids)
    .trim()
    .split('\n')
    .toSorted();
}

/** The engine has no network, and nothing here needs one. */
const composeText = (image: string): string => `services:
  cache:
    image: ${image}
    network_mode: none
    init: true
    command: [sleep, infinity]
    healthcheck: { test: [CMD, test, '!', -e, /sick], interval: 500ms, retries: 1, start_period: 0s }
  search:
    image: ${image}
    network_mode: none
    init: true
    command: [sleep, infinity]
    depends_on: [cache]
    deploy: { replicas: 2 }
  job:
    image: ${image}
    network_mode: none
    command: ['true']
`;

const CONFIG = `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: service, command: [./service], ready: /readyz }
environments:
  production:
    platform: { kind: local, root: here }
    traffic: { kind: haproxy, directory: here/haproxy, bind: '127.0.0.1:8080' }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
    system:
      services:
        cache: { compose: { project: drill, services: [cache] }, startTimeout: 60s, stopTimeout: 60s }
        search: { compose: { project: drill, services: [search] }, after: [cache], startTimeout: 60s, stopTimeout: 60s }
`;
