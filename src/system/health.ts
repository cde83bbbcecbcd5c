import { connect } from 'node:net';
import type { HttpClient } from '../model/ports.ts';
import { parseAddress } from '../model/scalars.ts';
import type { Health, HealthProbe } from './types.ts';

const LOOK_MS = 3_000;

/** `{host}` of a health check put in. An address with colons stands in brackets where a port may follow. Pure. */
export function healthAt(health: Health, address: string): Health {
  return health.kind === 'http'
    ? { ...health, url: health.url.replaceAll('{host}', address.includes(':') ? `[${address}]` : address) }
    : { ...health, host: health.host.replaceAll('{host}', address) };
}

/** `3306` → that port of the host; `db1:3306`, `{host}:3306` and `[::1]:3306` → that address. Pure. */
export function tcpHealth(text: string): Health {
  if (/^\d+$/.test(text)) return { kind: 'tcp', host: '{host}', port: Number(text) };
  const at = text.lastIndexOf(':');
  const { host, port } = parseAddress(text) ?? { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
  return { kind: 'tcp', host, port };
}

/** What a health check asks, in words. Pure. */
export function healthText(health: Health): string {
  return health.kind === 'http'
    ? `GET ${health.url} answers ${health.status}`
    : `${health.host}:${health.port} accepts`;
}

/** Asks from this machine. Never throws but for an abort: no answer is an answer too. */
export function healthProbe(http: HttpClient): HealthProbe {
  return async (health, signal) => {
    if (health.kind === 'tcp') return tcpProbe(health.host, health.port, signal);
    const answer = await http.get(health.url, { timeoutMs: LOOK_MS, signal });
    if (answer.kind === 'no-answer') return `${health.url}: ${answer.reason}`;
    return answer.status === health.status ? null : `${health.url}: status ${answer.status}, not ${health.status}`;
  };
}

function tcpProbe(host: string, port: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    const socket = connect({ host, port });
    const end = (found: string | null): void => {
      socket.destroy();
      limit.removeEventListener('abort', late);
      resolve(found);
    };
    const late = (): void => end(`${host}:${port}: no connection within ${LOOK_MS / 1000} s`);
    limit.addEventListener('abort', late);
    socket.once('connect', () => end(null));
    socket.once('error', (error: NodeJS.ErrnoException) => end(`${host}:${port}: ${error.code ?? error.message}`));
  });
}
