import { createHash } from 'node:crypto';
import { type Caller, Refused } from './operation.ts';
import type { Token, World } from './world.ts';

/** Requests an hour, and what may be created a minute. */

const HOUR = 3_600_000;
const MINUTE = 60_000;

export function count(world: World, caller: Caller, method: string): void {
  if (caller.kind !== 'token') return;
  const { token } = caller;
  const now = world.clock.now();
  if (now - token.windowStart >= HOUR) {
    token.windowStart = now;
    token.used = 0;
  }
  if (token.used >= world.limits.core) throw rateLimited(world, token);
  token.used++;
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') return;
  token.created = token.created.filter((at) => now - at < MINUTE);
  if (token.created.length >= world.limits.created) {
    throw secondaryLimit(Math.ceil((MINUTE - (now - (token.created[0] ?? now))) / 1000));
  }
  token.created.push(now);
}

/** A 304 costs nothing. */
export function uncount(caller: Caller): void {
  if (caller.kind === 'token' && caller.token.used > 0) caller.token.used--;
}

export function limitHeaders(world: World, caller: Caller): Readonly<Record<string, string>> {
  if (caller.kind !== 'token') return {};
  const { used, windowStart } = caller.token;
  return {
    'x-ratelimit-limit': String(world.limits.core),
    'x-ratelimit-remaining': String(Math.max(0, world.limits.core - used)),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.floor((windowStart + HOUR) / 1000)),
    'x-ratelimit-resource': 'core',
  };
}

export function rateLimited(world: World, token: Token | undefined): Refused {
  const reset = Math.ceil(((token?.windowStart ?? world.clock.now()) + HOUR) / 1000);
  return new Refused(
    403,
    'API rate limit exceeded for installation.',
    {},
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
  );
}

export function secondaryLimit(seconds: number): Refused {
  return new Refused(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    {},
    { 'retry-after': String(seconds) },
  );
}

export function tooMany(seconds: number): Refused {
  return new Refused(429, 'Too many requests', {}, { 'retry-after': String(seconds) });
}

export function etagOf(body: string): string {
  return `W/"${createHash('sha256').update(body).digest('hex')}"`;
}
