import type { ReadContext } from '../procedure/tree.ts';

/** When a commit was made, by its committer's clock, seconds since 1970; 0 when git does not know it. */
export async function commitSeconds(
  source: string,
  commit: string,
  ctx: Pick<ReadContext, 'exec' | 'signal'>,
): Promise<number> {
  const shown = await ctx.exec.read(['git', '-C', source, 'show', '--no-patch', '--format=%ct', commit, '--'], {
    signal: ctx.signal,
  });
  const seconds = shown.exitCode === 0 ? Number(shown.stdout.trim()) : Number.NaN;
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : 0;
}

/** RFC 3339 in UTC, whole seconds, as documents of images and bills of materials have it. Pure. */
export function momentOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
