import { rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { isMissing, syncDirectory, writeTemporary } from '../store.ts';
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
