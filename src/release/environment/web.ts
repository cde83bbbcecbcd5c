import { join } from 'node:path';
import type { ResolvedFiles } from '../../config/index.ts';
import type { HostPlatform, HttpClient } from '../../model/ports.ts';
import type { Node } from '../../procedure/index.ts';
import { hostUnitNode } from './host-unit.ts';

/** Component name of the static server on a host where files are served. */
export const WEB = 'web';

const LOOK_MS = 2000;
const DRAIN_MS = 10_000;

/** Where the static server listens; only the proxy asks it. */
export function webAddress(files: ResolvedFiles): string {
  return `127.0.0.1:${files.port}`;
}

/**
 * Brings up the static server that stands behind the proxy. It reads through `current`, so a release switches all files in one
 * moment and the server itself is not touched; it is replaced when its own settings change.
 */
export function webNode(
  files: ResolvedFiles,
  place: { readonly root: string; readonly self: readonly string[] },
  http: HttpClient,
  platform: HostPlatform,
): Node {
  const { root, self } = place;
  const address = webAddress(files);
  const home = join(root, files.component);
  const argv = [
    ...self,
    'static',
    ...['--root', join(home, 'current'), '--releases', join(home, 'releases')],
    ...['--listen', address],
    ...(files.singlePage ? ['--single-page'] : []),
    ...Object.entries(files.downloads ?? {}).flatMap(([path, component]) => [
      '--download',
      `${path}=${join(root, component)}`,
    ]),
  ];
  return hostUnitNode({
    name: WEB,
    words: 'the static server',
    argv,
    description: `${JSON.stringify({ argv }, null, 2)}\n`,
    descriptionPath: join(root, 'run', 'web-start.json'),
    // Not /readyz: before the first release there is no page yet, and nothing is wrong with the server.
    readyPath: '/healthz',
    stopTimeoutMs: DRAIN_MS,
    accept: 'exact',
    listens: address,
    answers: async (signal) => {
      const answer = await http.get(`http://${address}/healthz`, { timeoutMs: LOOK_MS, signal });
      if (answer.kind === 'no-answer') return { answers: false, reason: answer.reason };
      return answer.status === 200 ? { answers: true } : { answers: false, reason: `status ${answer.status}` };
    },
    silent: (found, expected) => ({
      code: 'release.web-does-not-start',
      where: address,
      found,
      expected,
      remedy: `read its log; is another program listening on ${address}? Choose a free port with \`traffic.files.port\``,
    }),
    configure: async () => [],
    platform,
  });
}
