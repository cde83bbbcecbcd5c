import { z } from 'zod';
import { countersSchema } from '../model/metrics.ts';
import { watch } from '../procedure/build.ts';
import type { Watch } from '../procedure/tree.ts';
import { analysisStateSchema } from './analysis/index.ts';
import {
  type Analyses,
  type BakeState,
  beginBake,
  foldBake,
  noAnalyses,
  proxyGaps,
  withGaps,
  witnessGaps,
} from './bake-state.ts';
import { duration } from './forecast.ts';
import type { Rollout } from './options.ts';

/** Name of the proxy's own metric. */
const ERRORS = 'errors';

const pastSample = z.strictObject({ time: z.number(), counters: z.array(countersSchema).min(1).readonly() });
type PastSample = z.infer<typeof pastSample>;
const pastOutputs = z.strictObject({ accuse: analysisStateSchema, clear: analysisStateSchema });

/**
 * Watches the stable version alone before anything is compared: how bursty its own bad answers are decides how much evidence
 * a verdict needs. It takes time and no risk; a silent source or no traffic only means that less is known.
 */
export function pastWatch(rollout: Rollout, id: string): Watch<BakeState, PastSample, Analyses> {
  const { stable, candidate, policy, ports } = rollout;
  const settings = { stable: stable?.version ?? '', candidate: candidate.version, everyMs: policy.everyMs };
  const sources = [ports.metrics, ...ports.witnesses.map((witness) => witness.metrics)];
  return watch<BakeState, PastSample, Analyses>({
    id,
    title: `Learn how ${settings.stable} behaves by itself for ${duration(policy.pastMs)}`,
    inputs: { stable: settings.stable, pastMs: policy.pastMs },
    everyMs: policy.everyMs,
    samples: pastSample,
    outputs: pastOutputs,
    sample: async (ctx) => ({
      counters: await Promise.all(sources.map((source) => source.sample(ctx.signal))),
      time: ctx.clock.now(),
    }),
    start: () =>
      beginBake(
        noAnalyses(
          policy.analysis,
          [ERRORS],
          ports.witnesses.map((witness) => witness.names),
        ),
      ),
    fold: (state, sample) =>
      foldBake(state, { ...sample, instances: [], router: { kind: 'unreachable', reason: 'not looked at' } }, settings),
    decide: (state) => {
      const known = `${duration(state.watchedMs)} of ${duration(policy.pastMs)} known`;
      const status = withGaps(known, [...proxyGaps(state), ...witnessGaps(state)]);
      if (state.watchedMs < policy.pastMs) return { kind: 'look-on', status };
      return { kind: 'pass', status, outputs: state.analyses };
    },
    heartbeat: { everyMs: 500, beat: async () => ports.router.heartbeat(candidate.version) },
  });
}
