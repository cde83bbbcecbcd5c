import type { Route, Routes } from '../../src/model/traffic.ts';

/** Ports of version k: 1000 k + n; guards 500 above. */
export function route(version: number, share: number, hold: 'stable' | 'leased' = 'stable', instances = 1): Route {
  return {
    version: `${version}.0.0`,
    share,
    hold,
    endpoints: Array.from({ length: instances }, (_, n) => ({
      instance: `api-${n + 1}`,
      host: '127.0.0.1',
      port: version * 1000 + n,
      guardPort: version * 1000 + 500 + n,
    })),
  };
}

export const routes = (...list: readonly Route[]): Routes => ({ service: 'shop', routes: list });
