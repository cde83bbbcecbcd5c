import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../../../scripts/components/load.ts';
import { startLoad } from '../../../scripts/components/load.ts';
import type { Route } from '../../../src/model/traffic.ts';
import { buildCertkeeper, type Certkeeper, startCertkeeper } from '../../components/certkeeper.ts';
import { type Bench, startBench } from '../../traffic/bench.ts';
import { startNginxBench } from '../../traffic/nginx-bench.ts';
import { KEEP } from '../support/hits.ts';

/** Two versions of certkeeper behind one proxy, and a hand on the shares: the router's effects, executed as the engine does. */
export interface ShiftBench extends AsyncDisposable {
  readonly url: string;
  share(candidate: number): Promise<void>;
}

export async function openShiftBench(proxy: 'haproxy' | 'nginx' = 'haproxy'): Promise<ShiftBench> {
  const stack = new AsyncDisposableStack();
  try {
    const versions: Certkeeper[] = [];
    for (const version of ['1.0.0', '2.0.0']) {
      const binary = stack.use(await buildCertkeeper(version));
      versions.push(stack.use(await startCertkeeper(binary)));
    }
    const bench = stack.use(await (proxy === 'nginx' ? startNginxBench() : startBench()));
    const share = async (candidate: number): Promise<void> => {
      await bench.apply(versions.map((one, index) => route(one, index, index === 0 ? 1 - candidate : candidate)));
    };
    await share(0);
    await untilUp(bench);
    return { url: `${bench.url}/api/v1/ping`, share, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function route(instance: Certkeeper, index: number, share: number): Route {
  const endpoint = { instance: `api-${index}`, host: '127.0.0.1', port: instance.port };
  return { version: `${index + 1}.0.0`, share, hold: 'stable', endpoints: [endpoint] };
}

async function untilUp(bench: Pick<Bench, 'routes'>): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const routes = await bench.routes();
    if (routes.length === 2 && routes.every((one) => one.endpoints.every(({ health }) => health === 'up'))) return;
    if (performance.now() > deadline) throw new Error(`the two versions did not come up: ${JSON.stringify(routes)}`);
    await sleep(50);
  }
}

const SHARES = [0.01, 0.1, 0.5, 0.9, 1, 0.3, 0];

/** Open-loop load while the share of the second version is changed `shifts` times; without shifts for the same time if 0. */
export async function shiftUnderLoad(
  bench: ShiftBench,
  options: { readonly rate: number; readonly shifts: number; readonly everyMs: number; readonly seconds?: number },
): Promise<LoadResult> {
  const { rate, shifts, everyMs } = options;
  const load = await startLoad({ url: bench.url, rate, seconds: 300, keepHeaders: KEEP });
  try {
    await sleep(300);
    for (let shift = 0; shift < shifts; shift++) {
      await bench.share(SHARES[shift % SHARES.length] ?? 0);
      await sleep(everyMs);
    }
    await sleep((options.seconds ?? 0) * 1000);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}
