import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ResolvedTraffic } from '../../config/index.ts';
import type { ProxyReading } from '../../metrics/index.ts';
import type { HostPlatform, TrafficRouter } from '../../model/ports.ts';
import type { Node } from '../../procedure/index.ts';
import {
  haproxyRouter,
  haproxyUnit,
  nginxCounter,
  nginxRouter,
  nginxUnit,
  type ProxyOptions,
  type ProxyUnit,
  readHaproxy,
} from '../../traffic/index.ts';
import { hostUnitNode } from './host-unit.ts';

/** Component name of the proxy on a host that we supply with one. */
export const PROXY = 'proxy';

/** The program that was chosen, behind the ports. */
export interface OpenedProxy {
  readonly router: TrafficRouter;
  /** Cumulative counts per instance. */
  readonly read: (signal?: AbortSignal) => Promise<ProxyReading>;
  readonly unit: ProxyUnit;
}

/** @param timeoutMs how long one reading of the counts may take */
export function openProxy(kind: ResolvedTraffic['kind'], options: ProxyOptions, timeoutMs: number): OpenedProxy {
  if (kind === 'haproxy') {
    return {
      router: haproxyRouter(options),
      read: (signal) => readHaproxy({ ...options, timeoutMs }, signal),
      unit: haproxyUnit(options),
    };
  }
  // Its workers would be nobody's otherwise, and could neither reopen the log nor keep a request body.
  const own = process.getuid?.() === 0 ? { ...options, user: userInfo().username } : options;
  const counter = nginxCounter({ ...own, timeoutMs });
  return { router: nginxRouter(own), read: (signal) => counter.read(signal), unit: nginxUnit(own) };
}

/** Brings the proxy of a local host up. A proxy that answers is left alone, whoever started it. */
export function proxyNode(options: ProxyOptions, { unit, router }: OpenedProxy, platform: HostPlatform): Node {
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
      access(unit.config).then(
        () => [],
        () => unit.configure,
      ),
    platform,
  });
}
