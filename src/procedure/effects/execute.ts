import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import type { CommandResult } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { FenceCommand } from '../api.ts';
import { type FencePoint, raiseFence, raiseFenceThere, runFenced, runFencedThere } from '../lease/fence.ts';
import { createFenceLocks } from '../lease/fence-locks.ts';
import { unlessAborted, withDeadline } from '../machine/deadline.ts';
import { runCommand } from '../machine/exec.ts';
import { cutMiddle, type EffectContext, type LockingContext, resolveText, resolveTexts } from './context.ts';
import { effectText } from './describe.ts';
import { writeFileEffect } from './file.ts';
import { httpEffect } from './http.ts';
import { socketEffect } from './socket.ts';
import { sqlEffect } from './sql.ts';

/** Executes the effects of one step, one after another. */
export interface Executor {
  /** Begins to lock the resource of the effect that comes first, while the intent is still being recorded. */
  prepare(effect: ResolvedEffect | undefined): void;
  /**
   * Executes one effect under its time-out and, where its resource has a fence file, under the fence. `ready` is asked when
   * nothing stands between the lock and the effect any more. Throws a ProblemError when it failed, LeaseLostError when the
   * resource has seen a later holder.
   */
  run(effect: ResolvedEffect, ready?: () => Promise<void>): Promise<EffectResult>;
  /** Gives up what is locked. */
  close(): Promise<void>;
}

export function createExecutor(ctx: LockingContext): Executor {
  const fence = ctx.locks.open(ctx.signal);
  const holdable = (effect: ResolvedEffect): FencePoint | undefined =>
    effect.kind === 'exec' ? undefined : fencePoint(effect.resource, ctx);
  return {
    prepare(effect) {
      const point = effect === undefined ? undefined : holdable(effect);
      if (point !== undefined) fence.begin(point);
    },
    run: (effect, ready = async () => undefined) =>
      withDeadline(
        { clock: ctx.clock, ms: effect.timeoutMs, what: effectText(effect), signal: ctx.signal },
        async (signal) => {
          const inner: EffectContext = { ...ctx, signal };
          const point = holdable(effect);
          if (point === undefined) await fence.release();
          else await unlessAborted(signal, fence.take(point));
          await ready();
          return effect.kind === 'exec'
            ? execEffect(effect, fencePoint(effect.resource, ctx), inner)
            : inProcess(effect, inner);
        },
      ),
    close: () => fence.release(),
  };
}

/** One effect by itself; see `Executor.run`. */
export async function executeEffect(effect: ResolvedEffect, ctx: EffectContext): Promise<EffectResult> {
  const locks = createFenceLocks(ctx.clock);
  const executor = createExecutor({ ...ctx, locks });
  try {
    return await executor.run(effect);
  } finally {
    await executor.close();
    await locks.close();
  }
}

/** See `raiseFence`: for every fenced resource of the effects. */
export async function settleFences(effects: readonly ResolvedEffect[], ctx: EffectContext): Promise<void> {
  const waits = new Map<string, { readonly point: FencePoint; readonly ms: number }>();
  const elsewhere = new Map<string, { readonly command: FenceCommand; readonly ms: number }>();
  for (const effect of effects) {
    const resource = effect.resource ?? '';
    const command = raisedBy(effect.resource, ctx);
    if (command !== undefined) {
      elsewhere.set(resource, { command, ms: Math.max(effect.timeoutMs, elsewhere.get(resource)?.ms ?? 0) });
    }
    const point = fencePoint(effect.resource, ctx);
    if (point === undefined) continue;
    waits.set(point.file, { point, ms: Math.max(effect.timeoutMs, waits.get(point.file)?.ms ?? 0) });
  }
  for (const { point, ms } of waits.values()) {
    await withDeadline(
      {
        clock: ctx.clock,
        ms,
        what: `waiting for what an earlier holder left running under ${point.file}`,
        signal: ctx.signal,
      },
      (signal) => raiseFence(point, signal, ctx.clock),
    );
  }
  for (const [resource, { command, ms }] of elsewhere) {
    await withDeadline(
      {
        clock: ctx.clock,
        ms,
        what: `waiting for what an earlier holder left running at ${resource}`,
        signal: ctx.signal,
      },
      (signal) => {
        const env = resolveTexts(command.env, ctx.secrets);
        return raiseFenceThere(ctx.fence, { argv: command.argv, env, signal }, ctx.clock);
      },
    );
  }
}

function fencePoint(resource: string | undefined, ctx: EffectContext): FencePoint | undefined {
  const file = resource === undefined ? undefined : ctx.fenceFile?.(resource);
  return file === undefined ? undefined : { file, fence: ctx.fence };
}

/** The command that raises the fence at a resource which compares it itself; undefined for other resources. */
function raisedBy(resource: string | undefined, ctx: EffectContext): FenceCommand | undefined {
  return resource === undefined ? undefined : ctx.fenceCommand?.(resource);
}

async function inProcess(effect: Exclude<ResolvedEffect, { kind: 'exec' }>, ctx: EffectContext): Promise<EffectResult> {
  switch (effect.kind) {
    case 'file':
      return writeFileEffect(effect, ctx);
    case 'http':
      return httpEffect(effect, ctx);
    case 'kube':
      return (await import('./kube.ts')).kubeEffect(effect, ctx);
    case 'socket':
      return socketEffect(effect, ctx);
    case 'sql':
      return sqlEffect(effect, ctx);
  }
}

async function execEffect(
  effect: Extract<ResolvedEffect, { kind: 'exec' }>,
  point: FencePoint | undefined,
  ctx: EffectContext,
): Promise<EffectResult> {
  const begin = ctx.clock.monotonic();
  const spec = {
    argv: effect.argv.map((word) => resolveText(word, ctx.secrets)),
    cwd: effect.cwd,
    env: resolveTexts(effect.env, ctx.secrets),
    stdin: effect.stdin === undefined ? undefined : resolveText(effect.stdin, ctx.secrets),
    signal: ctx.signal,
  };
  const result = await started(effect, point, spec, ctx);
  const stdout = ctx.secrets.mask(result.stdout);
  const stderr = ctx.secrets.mask(result.stderr);
  if (!effect.okExitCodes.includes(result.exitCode)) {
    const words = (stderr.trim() || stdout.trim()).slice(-600);
    throw new ProblemError({
      code: 'effect.exit-code',
      where: effectText(effect),
      found: `exit code ${result.exitCode}${words === '' ? '' : `: ${words}`}`,
      expected: `exit code ${effect.okExitCodes.join(', ')}`,
      remedy: 'mend what the command names, then resume the run',
    });
  }
  return {
    kind: 'exec',
    exitCode: result.exitCode,
    stdout: cutMiddle(stdout),
    stderr: cutMiddle(stderr),
    durationMs: ctx.clock.monotonic() - begin,
  };
}

function started(
  { resource }: ResolvedEffect,
  point: FencePoint | undefined,
  spec: Parameters<typeof runCommand>[0],
  ctx: EffectContext,
): Promise<CommandResult> {
  if (point !== undefined) return runFenced(point, spec, ctx.clock);
  return raisedBy(resource, ctx) === undefined
    ? runCommand(spec, ctx.clock)
    : runFencedThere(ctx.fence, spec, ctx.clock);
}
