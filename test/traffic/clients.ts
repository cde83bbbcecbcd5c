import { Agent, get } from 'node:http';
import type { Route } from '../../src/model/traffic.ts';
import type { Instance } from './bench.ts';

/** Users of a proxy in tests. */

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export function closeClients(): void {
  agent.destroy();
}

export interface Seen {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One request on a connection that is kept. */
export function request(url: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = '';
      response.on('data', (data) => {
        body += String(data);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** `n` requests from 16 clients; how many answers each instance (or status) gave. */
export async function ask(url: string, n: number): Promise<Readonly<Record<string, number>>> {
  const seen: Record<string, number> = {};
  let left = n;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const { status, body } = await request(url);
      const key = status === 200 ? body : `${status}`;
      seen[key] = (seen[key] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return seen;
}

/** A route that needs no heartbeats, to these instances. */
export const stable = (version: string, share: number, ...instances: readonly Instance[]): Route => ({
  version,
  share,
  hold: 'stable',
  endpoints: instances.map((instance) => instance.endpoint),
});
