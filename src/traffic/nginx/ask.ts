import { request } from 'node:http';
import type { Clock } from '../../model/ports.ts';

/** More than this is no answer of an Nginx of ours. */
const LONGEST_ANSWER = 1024 * 1024;

export interface Asked {
  readonly status: number;
  readonly body: string;
}

/**
 * GET over Nginx's own Unix socket, for looks only.
 * @throws Error in words for an operator: nobody listens, no answer in time, answer too long
 */
export function askNginx(
  socketPath: string,
  path: string,
  options: { readonly timeoutMs: number; readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<Asked> {
  const { timeoutMs, clock, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const patience = new AbortController();
    const chunks: Buffer[] = [];
    let size = 0;
    const asked = request({ socketPath, path, agent: false, host: 'localhost' }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LONGEST_ANSWER) asked.destroy(new Error(`${socketPath} answered more than ${LONGEST_ANSWER} bytes`));
        else chunks.push(chunk);
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      answer.on('error', reject);
    });
    const stop = (): void => {
      asked.destroy(new Error('the look at Nginx was stopped'));
    };
    signal?.addEventListener('abort', stop, { once: true });
    clock.sleep(timeoutMs, patience.signal).then(
      () => asked.destroy(new Error(`${socketPath} did not answer within ${timeoutMs} ms`)),
      () => undefined,
    );
    asked.once('error', reject);
    asked.once('close', () => {
      patience.abort();
      signal?.removeEventListener('abort', stop);
    });
    asked.end();
  });
}
