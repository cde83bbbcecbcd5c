import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { whyNoAnswer } from '../../procedure/index.ts';
import { challengeOf, tokenIn, tokenPlace } from './challenge.ts';

/**
 * Requests to a registry (OCI distribution-spec 1.1) with its ways to log in: none, an Authorization header, or the token that the header
 * buys where the registry's challenge says (RFC 6750, and the token specification of the distribution project).
 */

export interface RegistryPlace {
  /** Repository with its registry, as images are named: `registry.example.com/shop/api`. */
  readonly image: string;
  /** Address: `https://registry.example.com`. */
  readonly registry: string;
  /** Value of an Authorization header; null: none. */
  readonly authorization: () => string | null;
  readonly clock: Clock;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the address of the registry, or absolute as the registry gave it. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** May be sent more than once. */
  readonly body?: Blob | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
  /** How often it is sent at most; a piece of an upload is sent once. */
  readonly tries?: number;
}

export interface Registry {
  /** Any status is an answer. Silence and overload are tried again; then a ProblemError says so. */
  send(request: RegistryRequest, signal: AbortSignal): Promise<Response>;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const TIMEOUT_MS = 30_000;

export function openRegistry(place: RegistryPlace): Registry {
  const base = new URL(place.registry);
  let token: string | null = null;
  const once = async (request: RegistryRequest, signal: AbortSignal): Promise<Response> => {
    const url = new URL(request.url, `${place.registry.replace(/\/+$/, '')}/`);
    // What the registry sends us to elsewhere carries its own permission; ours is not for others.
    const own = url.origin === base.origin;
    const answer = await attempt(place, request, url, own ? (token ?? place.authorization()) : null, signal);
    if (answer.status !== 401 || !own) return answer;
    const bought = await buyToken(place, answer, signal);
    if (bought === null) return answer;
    await answer.body?.cancel();
    token = `Bearer ${bought}`;
    return attempt(place, request, url, token, signal);
  };
  return {
    async send(request, signal) {
      const most = request.tries ?? TRIES;
      for (let tries = 1; ; tries += 1) {
        const answer = await once(request, signal).catch((error: unknown) => {
          if (signal.aborted || tries >= most || !(error instanceof ProblemError)) throw error;
          return null;
        });
        const overloaded = answer === null || answer.status === 429 || answer.status >= 500;
        if (answer !== null && (!overloaded || tries >= most)) return answer;
        await answer?.body?.cancel();
        await place.clock.sleep(pauseMs(answer, tries), signal);
      }
    },
  };
}

/** How long until the next try: what the registry asks for, else twice as long each time. Milliseconds. */
function pauseMs(answer: Response | null, tries: number): number {
  const asked = Number(answer?.headers.get('retry-after') ?? Number.NaN) * 1000;
  const own = FIRST_PAUSE_MS * 2 ** (tries - 1);
  return Math.min(Number.isFinite(asked) && asked > 0 ? asked : own, LONGEST_PAUSE_MS);
}

async function attempt(
  place: RegistryPlace,
  { method, headers, body, timeoutMs = TIMEOUT_MS }: RegistryRequest,
  url: URL,
  authorization: string | null,
  signal: AbortSignal,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(url, {
      method,
      headers: { 'user-agent': 'shiplock', ...headers, ...(authorization === null ? {} : { authorization }) },
      body: body ?? null,
      redirect: 'manual',
      signal: AbortSignal.any([timeout, signal]),
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw unreachable(place, timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : whyNoAnswer(error));
  }
}

async function buyToken(place: RegistryPlace, answer: Response, signal: AbortSignal): Promise<string | null> {
  const challenge = challengeOf(answer.headers.get('www-authenticate') ?? '');
  if (challenge === null) return null;
  const { href, account } = tokenPlace(challenge, place.registry, place.authorization());
  const said = await attempt(place, { method: 'GET', url: href }, new URL(href), account, signal);
  const text = await said.text();
  return said.status === 200 ? tokenIn(text) : null;
}

/** Repository without its registry. */
export function repositoryOf(image: string): string {
  return image.slice(image.indexOf('/') + 1);
}

function unreachable({ image, registry }: RegistryPlace, found: string): ProblemError {
  return new ProblemError({
    code: 'build.registry-unreachable',
    where: image,
    found,
    expected: `a registry that answers at ${registry}`,
    remedy: 'does this machine reach it? `registry` of the component names another address',
  });
}

/** An answer that nothing can be done with. */
export async function refusal(place: RegistryPlace, what: string, answer: Response): Promise<ProblemError> {
  const words = (await answer.text().catch(() => '')).trim().slice(0, 300);
  const denied = answer.status === 401 || answer.status === 403;
  return new ProblemError({
    code: denied ? 'build.registry-denied' : 'build.registry-refused',
    where: place.image,
    found: `status ${answer.status} to ${what}${words === '' ? '' : `: ${words}`}`,
    expected: denied ? 'an account that may push there' : 'a registry that takes it',
    remedy: denied
      ? 'mend `image.authorization` of the component, by a secret reference'
      : 'mend what the registry names; then build again: what it has already is not sent twice',
  });
}
