import { randomBytes } from 'node:crypto';
import { link, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type EffectResult, MADE_PASSWORD, type ResolvedEffect } from '../../model/effect.ts';
import { hasCode, isMissing, syncDirectory, writeTemporary } from '../store.ts';
import { type EffectContext, resolveText } from './context.ts';

type FileEffect = Extract<ResolvedEffect, { kind: 'file' }>;

/** Temporary file beside it, fsync, rename, fsync of the directory; missing directories are made. `null` removes the file. */
export async function writeFileEffect(effect: FileEffect, ctx: EffectContext): Promise<EffectResult> {
  const begin = ctx.clock.monotonic();
  if (effect.content === null) {
    try {
      await unlink(effect.path);
      await syncDirectory(dirname(effect.path));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  } else if (typeof effect.content === 'object' && 'made' in effect.content) {
    await writeMade(effect.path, effect.content.made, effect.mode, ctx);
  } else {
    const temporary = await writeTemporary(effect.path, resolveText(effect.content, ctx.secrets), effect.mode);
    if (ctx.signal.aborted) {
      await unlink(temporary);
      throw ctx.signal.reason;
    }
    await rename(temporary, effect.path);
    await syncDirectory(dirname(effect.path));
  }
  return { kind: 'file', durationMs: ctx.clock.monotonic() - begin };
}

/** 24 bytes are 32 characters of base64url: 192 bits. */
const PASSWORD_BYTES = 24;

/** A link is made only where nothing is: of two who write at once one wins, and both go on with the same file. */
async function writeMade(path: string, text: string, mode: number, { signal }: EffectContext): Promise<void> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const temporary = await writeTemporary(path, text.replaceAll(MADE_PASSWORD, password), mode);
  try {
    signal.throwIfAborted();
    await link(temporary, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await unlink(temporary);
  }
  await syncDirectory(dirname(path));
}
