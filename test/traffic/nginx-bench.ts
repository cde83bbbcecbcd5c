import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { freePort } from '../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import type { Effect } from '../../src/model/effect.ts';
import type { TrafficRouter } from '../../src/model/ports.ts';
import type { ObservedRoute, Route } from '../../src/model/traffic.ts';
import { systemClock } from '../../src/procedure/clock.ts';
import { type NginxOptions, nginxPaths, nginxRouter, nginxUnit } from '../../src/traffic/nginx/index.ts';
import { execute } from './bench.ts';

/** A real Nginx steered by the real router, its effects executed by the engine's own executor. */
export interface NginxBench extends AsyncDisposable {
  readonly options: NginxOptions;
  readonly router: TrafficRouter;
  readonly url: string;
  readonly nginx: () => Component;
  /** Observe, apply, execute; gives back the effects that were executed. */
  apply(routes: readonly Route[]): Promise<readonly Effect[]>;
  routes(): Promise<readonly ObservedRoute[]>;
  route(version: string): Promise<ObservedRoute | undefined>;
  restart(signal: NodeJS.Signals): Promise<void>;
}

export async function startNginxBench(
  change: Partial<NginxOptions> & { readonly countsBytes?: number } = {},
): Promise<NginxBench> {
  const { countsBytes, ...changed } = change;
  const home = await homeFor('traffic', undefined);
  const options: NginxOptions = {
    service: 'shop',
    directory: home.dir,
    bind: `127.0.0.1:${await freePort()}`,
    readyPath: '/readyz',
    deadManMs: 1500,
    longestTimeoutMs: 2000,
    heartbeatDir: `${home.dir}/heartbeats`,
    maxInstancesPerVersion: 4,
    clock: systemClock,
    ...(process.getuid?.() === 0 ? { user: userInfo().username } : {}),
    ...changed,
  };
  const unit = nginxUnit(options, countsBytes);
  const router = nginxRouter(options);
  for (const effect of unit.configure) await execute(effect);
  const start = (): Promise<Component> =>
    startComponent({
      name: 'nginx',
      argv: unit.argv,
      home: { ...home, ours: false },
      ready: async () => (await router.observe()).kind === 'observed',
    });
  let nginx = await start();
  const routes = async (): Promise<readonly ObservedRoute[]> => {
    const state = await router.observe();
    if (state.kind === 'unreachable') throw new Error(state.reason);
    return state.routes;
  };
  return {
    options,
    router,
    url: `http://${options.bind}`,
    nginx: () => nginx,
    apply: async (list) => {
      const effects = router.apply({ service: options.service, routes: list }, await router.observe());
      for (const effect of effects) await execute(effect);
      return effects;
    },
    routes,
    route: async (version) => (await routes()).find((route) => route.version === version),
    restart: async (signal) => {
      process.kill(nginx.pid, signal);
      await nginx.exited;
      await nginx.stop();
      nginx = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await nginx.stop();
      await rm(home.dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export { nginxPaths };
