import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, makeOnce } from '../../scripts/cache.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { toolPath } from '../../scripts/tool.ts';

/** The real buildx (Debian's suite sid) with the real BuildKit as a builder of its own, without a Docker engine. Needs root, runc and docker's command line. */

export interface Buildx extends Component {
  /** Name of the builder, also the one that is used by itself. */
  readonly builder: string;
  /** Environment of who calls docker: where it finds this plugin and builder, and nobody else's. */
  readonly env: Readonly<Record<string, string>>;
  /** `docker WORDS`; what it prints. */
  docker(...words: readonly string[]): string;
}

/** @param dir where docker keeps its settings; the caller's to remove */
export async function startBuildx(dir: string): Promise<Buildx> {
  const root = await makeOnce({
    target: join(cacheDir('buildx', `sid-${process.arch}`), 'root'),
    script: 'sh "$2" "$1" sid docker-buildx',
    args: [join(import.meta.dirname, '../../scripts/setup/unpack-debian.sh')],
    onStart: () => process.stderr.write('fetching docker-buildx from Debian packages (once) …\n'),
  });
  const config = join(dir, 'docker');
  mkdirSync(join(config, 'cli-plugins'), { recursive: true });
  symlinkSync(join(root, 'usr/libexec/docker/cli-plugins/docker-buildx'), join(config, 'cli-plugins', 'docker-buildx'));
  const env = { DOCKER_CONFIG: config };
  const docker = (...words: readonly string[]): string =>
    execFileSync('docker', words, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...env } });
  const home = await homeFor('buildkit', undefined);
  const socket = `unix://${join(home.dir, 'buildkitd.sock')}`;
  const builder = 'own';
  docker('buildx', 'create', '--name', builder, '--driver', 'remote', '--use', socket);
  const argv = [await toolPath('buildkitd'), '--addr', socket, '--root', join(home.dir, 'root')];
  const component = await startComponent({
    name: 'buildkit',
    argv: [...argv, '--oci-worker-snapshotter=native', '--oci-worker-net=host'],
    home,
    ready: async () => /Status:\s+running/.test(docker('buildx', 'inspect', builder)),
  });
  return { ...component, builder, env, docker };
}
