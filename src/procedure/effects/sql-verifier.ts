import { randomBytes } from 'node:crypto';
import type { ResolvedEffect } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { verifierOf } from '../../model/verifier.ts';
import { type EffectContext, resolveText } from './context.ts';
import { parseDsn } from './sql-connect.ts';

type SqlEffect = Extract<ResolvedEffect, { kind: 'sql' }>;

/**
 * The statements as they are sent, with what the server is to keep of each password in its place, and a context in whose messages its mark stands
 * there again: neither the password nor what it became is told to anyone but the server.
 * @throws ProblemError `effect.sql-no-password` when there is none in the connection string
 */
export function withVerifiers(
  effect: SqlEffect,
  ctx: EffectContext,
): { readonly effect: SqlEffect; readonly ctx: EffectContext } {
  if (effect.verifiers === undefined) return { effect, ctx };
  const put = effect.verifiers.map(({ mark, dsn, plugin }) => {
    const { password = '' } = parseDsn(resolveText(dsn, ctx.secrets), ctx.secrets.databaseTrust);
    if (password === '') throw noPassword(typeof dsn === 'string' ? 'a connection string' : `secret ${dsn.secret}`);
    return { mark, value: verifierOf(plugin, password, randomBytes(20)) };
  });
  const statements = effect.statements.map((statement) =>
    put.reduce((text, { mark, value }) => text.replaceAll(mark, () => value), statement),
  );
  const mask = (text: string): string =>
    ctx.secrets.mask(put.reduce((masked, { mark, value }) => masked.replaceAll(value, () => mark), text));
  return { effect: { ...effect, statements }, ctx: { ...ctx, secrets: { ...ctx.secrets, mask } } };
}

function noPassword(where: string): ProblemError {
  return new ProblemError({
    code: 'effect.sql-no-password',
    where,
    found: 'a connection string without a password',
    expected: 'one with the password that the account is to have',
    remedy: 'write the password into it; an account without one is open to everybody who reaches the server',
  });
}
