import type { HttpAnswer, HttpClient } from '../model/ports.ts';

/** More than this of a body is not read: a smoke test looks at the beginning. */
const BODY_LIMIT = 64 * 1024;

/** GET requests that only look. Never throws: no answer is an answer too. */
export const httpClient: HttpClient = {
  async get(url, options): Promise<HttpAnswer> {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      const response = await fetch(url, {
        signal,
        redirect: 'manual',
        headers: { 'user-agent': 'shiplock', ...options.headers },
      });
      const body = await readLimited(response);
      return { kind: 'answer', status: response.status, headers: Object.fromEntries(response.headers), body };
    } catch (error) {
      if (timeout.aborted) return { kind: 'no-answer', reason: `no answer within ${options.timeoutMs} ms` };
      return { kind: 'no-answer', reason: reasonOf(error) };
    }
  },
};

async function readLimited(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= BODY_LIMIT) break;
  }
  return text.slice(0, BODY_LIMIT);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch hides "connection refused" in the cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
