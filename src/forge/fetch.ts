import { whyNoAnswer } from '../procedure/index.ts';

/** `fetch` that hands out whole answers only: one that ends in the middle is none. */

export class NoAnswer extends Error {
  /** It never reached the forge. */
  readonly sent: boolean;

  constructor(why: string, sent: boolean) {
    super(why);
    this.name = 'NoAnswer';
    this.sent = sent;
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Before a byte was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function wholeFetch(timeoutMs: number, signal: AbortSignal): Fetch {
  return async (url, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any([timeout, signal]) });
      const text = await response.text();
      const kind = response.headers.get('content-type') ?? '';
      // A body that was cut behind a proxy has the right length and no end.
      if (text !== '' && kind.includes('json')) JSON.parse(text);
      const empty = response.status === 204 || response.status === 205 || response.status === 304;
      return new Response(empty ? null : text, { status: response.status, headers: response.headers });
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) throw new NoAnswer(`no answer within ${timeoutMs} ms`, true);
      throw new NoAnswer(whyNoAnswer(error), !NOT_SENT.has(codeOf(error)));
    }
  };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
