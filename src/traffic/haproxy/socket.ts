import { connect } from 'node:net';
import type { Clock } from '../../model/ports.ts';

/** More than this is no answer of a HAProxy of ours. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Sends one line to HAProxy's runtime socket and gives everything it says until it closes the connection. Several commands may
 * be joined with `;`: HAProxy runs them in one go. For commands that only look; commands that change something are effects.
 * @throws Error in words for an operator: nobody listens, no answer in time, answer too long
 */
export function askHaproxy(
  path: string,
  command: string,
  options: { readonly timeoutMs: number; readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) return reject(options.signal.reason);
    const patience = new AbortController();
    // The half-close tells HAProxy that no more commands follow.
    const socket = connect({ path, allowHalfOpen: true }, () => socket.end(`${command}\n`));
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      socket.destroy(new Error('the look at HAProxy was stopped'));
    };
    options.signal?.addEventListener('abort', stop, { once: true });
    options.clock.sleep(options.timeoutMs, patience.signal).then(
      () => socket.destroy(new Error(`${path} did not answer within ${options.timeoutMs} ms`)),
      () => undefined,
    );
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LONGEST_ANSWER) socket.destroy(new Error(`${path} answered more than ${LONGEST_ANSWER} bytes`));
      else chunks.push(chunk);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      patience.abort();
      options.signal?.removeEventListener('abort', stop);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}
