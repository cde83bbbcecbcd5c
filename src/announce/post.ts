import type { Text } from '../model/effect.ts';
import { beginningOf, type SecretsWithMask, whyNoAnswer } from '../procedure/index.ts';

/** One POST of JSON with a time limit. An announcement changes nothing in the running system, so it is no effect of a run. */

export interface Place {
  /** What people may read of it: a webhook's address can be a secret. */
  readonly name: string;
  readonly url: Text;
  readonly authorization: Text | null;
}

export type Posted =
  | { readonly kind: 'taken' }
  /** `again`: it may help to try the same again. */
  | { readonly kind: 'refused'; readonly again: boolean; readonly why: string };

export type Post = (place: Place, body: string) => Promise<Posted>;

export function poster(options: {
  readonly secrets: SecretsWithMask;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Post {
  const { secrets, timeoutMs } = options;
  const textOf = (text: Text): string => (typeof text === 'string' ? text : secrets.get(text.secret));
  return async ({ name, url, authorization }, body) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const refused = (again: boolean, why: string): Posted => ({
      kind: 'refused',
      again,
      why: secrets.mask(`${name}: ${why}`),
    });
    try {
      const response = await fetch(textOf(url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'shiplock',
          ...(authorization === null ? {} : { authorization: textOf(authorization) }),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([timeout, options.signal]),
      });
      const words = (await beginningOf(response, LONGEST)).trim();
      if (response.ok) return { kind: 'taken' };
      // 4xx: the same again gets the same answer, except where the server says that it is busy.
      const again = response.status >= 500 || response.status === 429 || response.status === 408;
      return refused(again, `status ${response.status}${words === '' ? '' : `: ${words}`}`);
    } catch (error) {
      if (timeout.aborted) return refused(true, `no answer within ${timeoutMs} ms`);
      return refused(true, whyNoAnswer(error));
    }
  };
}

/** Enough to say what the server did not like; more is not read. */
const LONGEST = 300;
