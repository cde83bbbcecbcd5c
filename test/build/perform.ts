import { type EffectResult, effectSchema } from '../../src/model/effect.ts';
import type { Problem } from '../../src/model/problem.ts';
import { ProblemError } from '../../src/model/problem.ts';
import type { SecretsWithMask } from '../../src/procedure/api.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { createExec } from '../../src/procedure/machine/exec.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import type { ReadContext, Step } from '../../src/procedure/tree.ts';

/** Takes one step through read → decide → effects → collect → verify, with real commands, outside a journaled run. */

export interface World {
  readonly ctx: ReadContext;
  readonly secrets: SecretsWithMask;
  readonly notes: readonly string[];
}

export function world(
  more: { readonly fence?: number; readonly run?: string; readonly env?: Record<string, string> } = {},
): World {
  const notes: string[] = [];
  const secrets = createSecrets({ env: { ...process.env, ...more.env } });
  const ctx: ReadContext = {
    mode: 'run',
    clock: systemClock,
    exec: createExec(),
    signal: new AbortController().signal,
    outputOf: () => {
      throw new Error('no earlier step');
    },
    evidenceOf: () => ({}),
    fence: more.fence ?? 1,
    run: more.run ?? 'run-1',
    note: (text) => void notes.push(text),
  };
  return { ctx, secrets, notes };
}

export type Performed<O> =
  | { readonly kind: 'done' | 'nothing'; readonly outputs: O; readonly why: string; readonly effects: number }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export interface PerformOptions {
  /** Called before each effect; what it throws ends the step there, as a crash would. */
  readonly before?: (index: number) => Promise<void>;
}

export async function perform<F, O>(step: Step<F, O>, on: World, options: PerformOptions = {}): Promise<Performed<O>> {
  const facts = await step.read(on.ctx);
  const decision = step.decide(facts, on.ctx);
  if (decision.kind === 'refuse') return { kind: 'refused', problems: decision.problems };
  const results: EffectResult[] = [];
  const effects = decision.kind === 'do' ? decision.effects : [];
  for (const [index, effect] of effects.entries()) {
    await options.before?.(index);
    results.push(
      await executeEffect(effectSchema.parse(effect), {
        clock: on.ctx.clock,
        secrets: on.secrets,
        fence: on.ctx.fence,
        fenceFile: undefined,
        signal: on.ctx.signal,
      }),
    );
  }
  const outputs = step.outputs.parse(step.collect(results, facts, on.ctx));
  const problems = (await step.verify?.(on.ctx, outputs)) ?? [];
  if (problems.length > 0) throw new ProblemError(problems);
  return {
    kind: decision.kind === 'do' ? 'done' : 'nothing',
    outputs,
    why: decision.why ?? '',
    effects: effects.length,
  };
}
