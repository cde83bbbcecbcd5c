import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { type ObservedRoute, type Route, taking } from '../../model/traffic.ts';

/** What `apply` needs to know. Travels as JSON in `RoutesState.detail`, so that apply stays pure. */
const factsSchema = z.strictObject({
  /** Configuration that the running process serves. */
  generation: z.string(),
  /** Fingerprint of the configuration file as it lies there. */
  config: z.string(),
  versions: z.array(z.string()).readonly(),
  /** Workers of earlier configurations that finish their requests. */
  leaving: z.number(),
});
export type Facts = Readonly<z.infer<typeof factsSchema>>;

/** Facts out of `RoutesState.detail`; undefined when this router did not write it. */
export function parseFacts(detail: string): Facts | undefined {
  return factsSchema.safeParse(parsedJson(detail)).data;
}

export interface EndpointSeen {
  readonly up: boolean;
  readonly openRequests: number;
}

/**
 * What the running configuration and the answers of the endpoints (in the order of the routes) amount to. What the guards of a leased
 * version refuse goes to the stable version with the largest share; a stable version keeps its share whatever its health. Pure.
 */
export function routesFrom(
  routes: readonly Route[],
  seen: readonly (readonly EndpointSeen[])[],
): readonly ObservedRoute[] {
  const upShare = (index: number): number => {
    const endpoints = (seen[index] ?? []).filter((_one, nth) => routes[index]?.endpoints[nth]?.draining !== true);
    return endpoints.length === 0 ? 0 : endpoints.filter((one) => one.up).length / endpoints.length;
  };
  const kept = routes.map((route, index) => (route.hold === 'leased' ? route.share * upShare(index) : route.share));
  const refused = routes.reduce((sum, route, index) => sum + route.share - (kept[index] ?? 0), 0);
  const back = routes
    .flatMap((route, index) => (route.hold === 'stable' && taking(route.endpoints).length > 0 ? [index] : []))
    .toSorted((one, other) => (routes[other]?.share ?? 0) - (routes[one]?.share ?? 0))[0];
  return routes.map((route, index) => {
    const share = (kept[index] ?? 0) + (index === back ? refused : 0);
    return {
      version: route.version,
      share: upShare(index) === 0 ? 0 : Math.round(share * 1e6) / 1e6,
      configuredShare: route.share,
      hold: route.hold,
      endpoints: route.endpoints.map((endpoint, nth) => ({
        ...endpoint,
        health: seen[index]?.[nth]?.up === true ? 'up' : 'down',
        openRequests: seen[index]?.[nth]?.openRequests ?? 0,
      })),
    };
  });
}
