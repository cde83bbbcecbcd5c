import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { cutMiddle, type EffectContext, resolveText, resolveTexts } from './context.ts';

type HttpEffect = Extract<ResolvedEffect, { kind: 'http' }>;

/** One request, redirects not followed: an effect goes where it says. */
export async function httpEffect(effect: HttpEffect, ctx: EffectContext): Promise<EffectResult> {
  const begin = ctx.clock.monotonic();
  const response = await send(effect, ctx);
  const body = ctx.secrets.mask(await response.text());
  if (!effect.okStatuses.includes(response.status)) {
    throw new ProblemError({
      code: 'effect.http-status',
      where: `${effect.method} ${effect.url}`,
      found: `status ${response.status}: ${cutMiddle(body.trim(), 400)}`,
      expected: `status ${effect.okStatuses.join(', ')}`,
      remedy: 'mend what the answer names, then resume the run',
    });
  }
  return { kind: 'http', status: response.status, body: cutMiddle(body), durationMs: ctx.clock.monotonic() - begin };
}

async function send(effect: HttpEffect, ctx: EffectContext): Promise<Response> {
  try {
    return await fetch(effect.url, {
      method: effect.method,
      headers: resolveTexts(effect.headers, ctx.secrets),
      body: effect.body === undefined ? null : resolveText(effect.body, ctx.secrets),
      redirect: 'manual',
      signal: ctx.signal,
    });
  } catch (error) {
    if (ctx.signal.aborted) throw ctx.signal.reason;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new ProblemError({
      code: 'effect.http-unreachable',
      where: `${effect.method} ${effect.url}`,
      found: ctx.secrets.mask(cause),
      expected: 'an answer',
      remedy: 'check that the address is right and the server runs, then resume the run',
    });
  }
}
