import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import type { Routes } from '../../model/traffic.ts';

/**
 * What a configuration serves, in its own words. The lines stand in the configuration and only a process that runs it can say them: so
 * the answer is about the running process, whatever lies on disk.
 */

const routeLine = z.strictObject({
  version: z.string(),
  share: z.number(),
  hold: z.enum(['stable', 'leased']),
});
const endpointLine = z.strictObject({
  of: z.string(),
  instance: z.string(),
  host: z.string(),
  port: z.number().int(),
  guardPort: z.number().int().exactOptional(),
  guardHost: z.string().exactOptional(),
  draining: z.boolean().exactOptional(),
});
const headLine = z.strictObject({ service: z.string(), generation: z.string() });

export interface RunningState {
  /** Names the whole configuration. */
  readonly generation: string;
  readonly routes: Routes;
}

/** One line of JSON each: the service, its routes, their endpoints. None is longer than a word of Nginx may be. */
export function stateLines(routes: Routes, generation: string): readonly string[] {
  return [
    JSON.stringify({ service: routes.service, generation }),
    ...routes.routes.flatMap(({ version, share, hold, endpoints }) => [
      JSON.stringify({ version, share, hold }),
      ...endpoints.map(({ instance, host, port, guardPort, guardHost, draining }) =>
        JSON.stringify({
          of: version,
          instance,
          host,
          port,
          guardPort,
          guardHost,
          ...(draining === true ? { draining } : {}),
        }),
      ),
    ]),
  ];
}

/** Undefined when these are no lines of ours. */
export function parseState(text: string): RunningState | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const [first, ...rest] = lines.map(parsedJson);
  const head = headLine.safeParse(first).data;
  if (head === undefined) return undefined;
  const routes: Routes['routes'][number][] = [];
  for (const line of rest) {
    const route = routeLine.safeParse(line).data;
    if (route !== undefined) {
      routes.push({ ...route, endpoints: [] });
      continue;
    }
    const endpoint = endpointLine.safeParse(line).data;
    const owner = routes.at(-1);
    if (endpoint === undefined || owner === undefined || owner.version !== endpoint.of) return undefined;
    const { of: _of, ...plain } = endpoint;
    routes[routes.length - 1] = { ...owner, endpoints: [...owner.endpoints, plain] };
  }
  return { generation: head.generation, routes: { service: head.service, routes } };
}
