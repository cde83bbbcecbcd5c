import { get } from 'node:http';
import { ERRORS } from '../../src/metrics/index.ts';
import type { ServerCounters } from '../../src/model/metrics.ts';
import type { Metrics } from '../../src/model/ports.ts';

/** Requests that are sent, and how the proxy has counted them. */

/** What a version’s servers have answered; throws where the counts are missing. */
export async function servers(metrics: Metrics): Promise<readonly ServerCounters[]> {
  const counters = await metrics.sample();
  if (counters.kind === 'missing') throw new Error(counters.reason);
  return counters.servers;
}

/** Sum over the servers of a version. */
export async function counts(metrics: Metrics, version: string): Promise<{ requests: number; bad: number }> {
  const sum = { requests: 0, bad: 0 };
  for (const server of await servers(metrics)) {
    const one = server.metrics[ERRORS];
    if (server.version !== version || one === undefined) continue;
    sum.requests += one.requests;
    sum.bad += one.bad;
  }
  return sum;
}

/** Status of one answer; 0 where the connection broke or nobody waited longer. */
export function send(url: string, path: string, patienceMs = 10_000): Promise<number> {
  return new Promise((resolve) => {
    const request = get(`${url}${path}`, { agent: false, timeout: patienceMs }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
  });
}
