import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';

/**
 * How a registry asks for a token, and where it is to be had (RFC 6750; token authentication as the distribution project describes it).
 * Pure.
 */

/** What a challenge asks for. */
export interface Challenge {
  readonly realm: string;
  readonly service: string | null;
  readonly scope: string | null;
}

/** Reads a WWW-Authenticate header; null: nothing that could be bought. */
export function challengeOf(header: string): Challenge | null {
  if (!/^bearer /i.test(header)) return null;
  const part = (name: string): string | null =>
    new RegExp(`(?:^|[ ,])${name}="([^"]*)"`, 'i').exec(header.slice('bearer '.length))?.[1] ?? null;
  const realm = part('realm');
  return realm === null || !URL.canParse(realm) ? null : { realm, service: part('service'), scope: part('scope') };
}

/**
 * The address that gives the token, and the account that is shown there. An account is a Basic header; it goes to no address that is less
 * safe than the registry's own.
 */
export function tokenPlace(
  { realm, service, scope }: Challenge,
  registry: string,
  given: string | null,
): { readonly href: string; readonly account: string | null } {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service);
  // Several scopes stand in one text, divided by blanks.
  for (const one of (scope ?? '').split(' ')) if (one !== '') url.searchParams.append('scope', one);
  const safe = url.protocol === 'https:' || !registry.startsWith('https:');
  return { href: url.href, account: given !== null && /^basic /i.test(given) && safe ? given : null };
}

const tokenSchema = z.object({ token: z.string().exactOptional(), access_token: z.string().exactOptional() });

/** The token in an answer; null: there is none. */
export function tokenIn(body: string): string | null {
  const { data } = tokenSchema.safeParse(parsedJson(body));
  return data?.token ?? data?.access_token ?? null;
}
