import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
