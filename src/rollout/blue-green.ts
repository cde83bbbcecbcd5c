import { gate, sequence } from '../procedure/build.ts';
import type { Gate, Node, Sequence } from '../procedure/tree.ts';
import { bringUp } from './bring-up.ts';
import type { Surroundings } from './canary.ts';
import { drainWatch } from './drain.ts';
import { limitWatch } from './limits.ts';
import type { Rollout } from './options.ts';
import { rollbackNode } from './rollback.ts';
import { judgedShares } from './shares.ts';
import { promoteStep, retireStep, settleStep, shareStep } from './steps.ts';

/**
 * All traffic at once: the new version is started beside the old one, previewed and asked its smoke tests, then gets everything.
 * Until the bake is over its share is a lease and the old version stands by: the way back is one change of weights, and the data
 * plane takes it by itself when nobody watches any more. With nothing beside it there is no evidence to weigh, so absolute limits
 * decide; shares before the switch (`steps`) are judged as in a canary.
 */
export function blueGreenNode(rollout: Rollout, around: Surroundings = { beforeRetire: [], onRollback: [] }): Sequence {
  const { candidate, stable, policy } = rollout;
  const { ready, steps: begin } = bringUp(rollout);
  const judged = sequence({
    id: 'judged',
    title: `${candidate.version} takes over`,
    rollback: rollbackNode(rollout, around.onRollback),
    steps: [
      ...begin,
      ...(policy.preview ? [previewGate(rollout)] : []),
      ...judgedShares(rollout, ready),
      shareStep(rollout, 1, ready, 'switch'),
      limitWatch(rollout, 'bake', 'leased'),
      promoteStep(rollout, ready),
      settleStep(rollout),
      ...around.beforeRetire,
    ],
  });
  if (stable === null) return judged;
  const drained = drainWatch(rollout, stable.version, 'drain-old');
  const after: readonly Node[] = [
    drained,
    retireStep(rollout, stable, candidate.version, 'stop-old', { after: drained }),
  ];
  return sequence({
    id: 'blue-green',
    title: `Blue-green release of ${rollout.service} ${candidate.version} beside ${stable.version}`,
    steps: [judged, ...after],
  });
}

/** The new version runs and has no traffic: a person looks at it before anybody else does. */
export function previewGate({ candidate, policy }: Rollout): Gate {
  return gate({
    id: 'preview',
    title: `Look at ${candidate.version} before it gets any traffic`,
    description: `Its instances run and answer their smoke tests; \`shiplock status\` names their addresses.`,
    role: policy.role,
    // It has no share yet, so there is nothing to take away or to give back.
    guard: { kind: 'drained', drain: [], restore: [] },
    evidence: [
      { kind: 'choice', name: 'decision', question: 'Switch to it?', options: ['switch', 'roll-back'] },
      { kind: 'text', name: 'seen', question: 'What was looked at?', minLength: 5 },
    ],
    judge: (evidence) =>
      evidence['decision'] === 'switch'
        ? { kind: 'pass' }
        : { kind: 'reject', why: `not switched to: ${String(evidence['seen'] ?? '')}` },
  });
}
