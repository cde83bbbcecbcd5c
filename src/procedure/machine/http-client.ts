import type { HttpAnswer, HttpClient } from '../../model/ports.ts';

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
        // A connection kept from an earlier look may be closed by a proxy that reloads in that very moment: no answer would be the wrong answer.
        headers: { 'user-agent': 'shiplock', connection: 'close', ...options.headers },
      });
      const body = await beginningOf(response, options.mostCharacters ?? BODY_LIMIT);
      return { kind: 'answer', status: response.status, headers: Object.fromEntries(response.headers), body };
    } catch (error) {
      if (timeout.aborted) return { kind: 'no-answer', reason: `no answer within ${options.timeoutMs} ms` };
      return { kind: 'no-answer', reason: whyNoAnswer(error) };
    }
  },
};

/** The beginning of a body, at most so many characters; more is not read. */
export async function beginningOf(response: Response, most: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= most) break;
  }
  return text.slice(0, most);
}

/** Why `fetch` failed, in words. */
export function whyNoAnswer(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch hides "connection refused" in the cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
