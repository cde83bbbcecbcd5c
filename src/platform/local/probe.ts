import { request } from 'node:http';
import type { Clock } from '../../model/ports.ts';

export type Probe = { readonly ready: true } | { readonly ready: false; readonly why: string };

/** Asks an instance whether it may get traffic: 200 on its readiness path within `timeoutMs`. Never throws. */
export async function probeReady(
  at: { readonly host: string; readonly port: number },
  path: string,
  timeoutMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Probe> {
  const done = new AbortController();
  const late = clock.sleep(timeoutMs, done.signal).then(
    (): Probe => ({ ready: false, why: `${path}: no answer within ${timeoutMs} ms` }),
    (): Probe => ({ ready: false, why: 'not asked to the end' }),
  );
  try {
    return await Promise.race([ask(at, path, done.signal, signal), late]);
  } finally {
    done.abort();
  }
}

function ask(
  { host, port }: { readonly host: string; readonly port: number },
  path: string,
  done: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<Probe> {
  const stop = signal === undefined ? done : AbortSignal.any([done, signal]);
  return new Promise((resolve) => {
    const sent = request({ host, port, path, agent: false, signal: stop }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode === 200 ? { ready: true } : { ready: false, why: `${path}: status ${statusCode}` });
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ ready: false, why: `${path}: ${error.code ?? error.message}` }),
    );
    sent.end();
  });
}
