import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../model/ports.ts';
import type { Node } from '../procedure/index.ts';
import { type HaproxyOptions, haproxyRouter, haproxyUnit } from '../traffic/index.ts';
import { hostUnitNode } from './host-unit.ts';

/** Component name of the proxy on a host that we supply with one. */
export const PROXY = 'proxy';

/** Brings the proxy of a local host up. A proxy that answers is left alone, whoever started it. */
export function proxyNode(options: HaproxyOptions, platform: Platform): Node {
  const unit = haproxyUnit(options);
  const router = haproxyRouter(options);
  return hostUnitNode({
    name: PROXY,
    words: 'the proxy',
    argv: unit.argv,
    description: `${JSON.stringify({ argv: unit.argv, check: unit.check, stopSignal: unit.stopSignal }, null, 2)}\n`,
    descriptionPath: join(options.directory, 'start.json'),
    readyPath: '/',
    stopTimeoutMs: options.longestTimeoutMs + 5_000,
    accept: 'alone',
    listens: options.bind,
    answers: async (signal) => {
      const routes = await router.observe(signal);
      return routes.kind === 'observed' ? { answers: true } : { answers: false, reason: routes.reason };
    },
    silent: (found, expected) => ({
      code: 'release.proxy-does-not-start',
      where: options.bind,
      found,
      expected,
      remedy: `read its log; is another program listening on ${options.bind}?`,
    }),
    // A configuration that is there holds the shares: a proxy that died comes back with them.
    configure: () =>
      access(unit.paths.config).then(
        () => [],
        () => unit.configure,
      ),
    platform,
  });
}
