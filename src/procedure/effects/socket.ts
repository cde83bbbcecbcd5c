import { connect } from 'node:net';
import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { cutMiddle, type EffectContext } from './context.ts';

type SocketEffect = Extract<ResolvedEffect, { kind: 'socket' }>;

/** One connection per command: the other side answers and closes. Stops at the first answer that is not the expected one. */
export async function socketEffect(effect: SocketEffect, ctx: EffectContext): Promise<EffectResult> {
  const begin = ctx.clock.monotonic();
  const expected = new RegExp(effect.okAnswer);
  const answers: string[] = [];
  for (const command of effect.commands) {
    const answer = ctx.secrets.mask(await ask(effect.path, command, ctx.signal));
    if (!expected.test(answer)) {
      throw new ProblemError({
        code: 'effect.socket-answer',
        where: `${effect.path}: ${command}`,
        found: JSON.stringify(cutMiddle(answer.trim(), 400)),
        expected: `an answer that matches /${effect.okAnswer}/`,
        remedy: 'ask the socket yourself what it knows (names, states), then resume the run',
      });
    }
    answers.push(cutMiddle(answer));
  }
  return { kind: 'socket', answers, durationMs: ctx.clock.monotonic() - begin };
}

function ask(path: string, command: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const chunks: Buffer[] = [];
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', () => socket.write(`${command}\n`));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    if (signal.aborted) onAbort();
  });
}
