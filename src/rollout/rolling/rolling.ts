import { sequence } from '../../procedure/build.ts';
import type { Guard, Node, OutputRef, Sequence } from '../../procedure/tree.ts';
import { bakeWatch } from '../bake.ts';
import type { Analyses } from '../bake-state.ts';
import type { Surroundings } from '../canary.ts';
import { hostDrainWatch } from '../drain.ts';
import { type ReadyWatch, readyWatch, smokeStep } from '../health.ts';
import { limitWatch } from '../limits.ts';
import { judgeId } from '../names.ts';
import type { RollingPolicy, Rollout } from '../options.ts';
import { pastWatch } from '../past.ts';
import { promoteStep, retireStep, settleStep } from '../steps.ts';
import { type Batch, batchesOf, roomOf, type Wave } from './batches.ts';
import { checkpointGate } from './checkpoint.ts';
import { roomStep, roomWatch } from './room.ts';
import { holdAt, shareAt } from './routes.ts';
import { admitStep, holdWhile, replaceNode, takeOutStep } from './steps.ts';
import { wayBackNode } from './way-back.ts';
import { wholeNodes } from './whole.ts';

/** Used where a rollout is rolling and says nothing more. */
export const DEFAULT_ROLLING: RollingPolicy = {
  firstBakeMs: 600_000,
  bakeMs: 60_000,
  wholeBakeMs: 1_200_000,
  batches: [
    { kind: 'share', share: 0.1 },
    { kind: 'share', share: 0.5 },
    { kind: 'share', share: 1 },
  ],
  inspection: [],
};

/**
 * Host by host, in place: no host ever runs both versions, so no more resources are needed than the service has. The first host is
 * watched and then inspected by a person; the others follow in batches, each judged against the hosts that are still old. The rollback
 * covers everything until the whole was watched.
 */
export function rollingNode(rollout: Rollout, around: Surroundings = { beforeRetire: [], onRollback: [] }): Sequence {
  const { candidate, stable, hosts, policy } = rollout;
  const rolling = policy.rolling ?? DEFAULT_ROLLING;
  const batches = batchesOf(hosts, rolling.batches, roomOf(rollout).atOnce);
  const waves = batches.flatMap((batch) => batch.waves);
  const past = pastWatch(rollout, 'past');
  const nodes: Node[] = [...wholeNodes(rollout), roomStep(rollout, waves), past];
  let previous: OutputRef<Analyses> = past;
  let ready: ReadyWatch | null = null;
  for (const batch of batches) {
    const made = batchNode(rollout, batch, rolling, previous, ready);
    nodes.push(made.node);
    ({ previous, ready } = made);
    const [first] = batch.waves;
    if (batch.name === 'first' && first !== undefined) nodes.push(checkpointGate(rollout, first, made.ready));
  }
  const judged = sequence({
    id: 'judged',
    title: `${candidate.version} replaces ${stable?.version ?? 'nothing'} on ${hosts.length} hosts`,
    rollback: wayBackNode(rollout, around.onRollback),
    steps: [
      ...nodes,
      ...(ready === null ? [] : [promoteStep(rollout, ready)]),
      limitWatch(rollout, 'observe', 'stable', { bakeMs: rolling.wholeBakeMs, atLeast: candidate.replicas }),
      settleStep(rollout),
      ...around.beforeRetire,
    ],
  });
  return sequence({
    id: 'rolling',
    title: `Rolling release of ${rollout.service} ${candidate.version} over ${hosts.length} hosts`,
    steps: stable === null ? [judged] : [judged, retireStep(rollout, stable, candidate.version, 'stop-old')],
  });
}

interface MadeBatch {
  readonly node: Sequence;
  readonly previous: OutputRef<Analyses>;
  readonly ready: ReadyWatch;
}

/** Wave by wave, then the verdict on the share that the new version has by then. With no old host left there is nothing to compare with. */
function batchNode(
  rollout: Rollout,
  batch: Batch,
  rolling: RollingPolicy,
  previous: OutputRef<Analyses>,
  readyBefore: ReadyWatch | null,
): MadeBatch {
  const { hosts } = rollout;
  const nodes: Node[] = [];
  let before = readyBefore;
  let changed: readonly string[] = [];
  for (const wave of batch.waves) {
    const made = waveNodes(rollout, wave, before);
    nodes.push(...made.nodes);
    before = made.ready;
    changed = [...wave.before, ...wave.hosts];
  }
  const ready = before ?? readyWatch(rollout, 'candidate', 'ready');
  const all = batch.waves.flatMap((wave) => wave.hosts);
  const base = { id: batch.name, title: `${all.length === 1 ? 'The host' : 'The hosts'} ${all.join(', ')}` };
  if (changed.length === hosts.length) return { node: sequence({ ...base, steps: nodes }), previous, ready };
  const stand = { admitted: changed, out: [] };
  const share = shareAt(rollout, stand);
  const bake = bakeWatch(
    rollout,
    {
      share,
      bakeMs: batch.name === 'first' ? rolling.firstBakeMs : rolling.bakeMs,
      previous,
      atLeast: changed.length * roomOf(rollout).perHost,
      ...(holdAt(rollout, stand) === 'leased' ? {} : { guard: unguarded(rollout) }),
    },
    judgeId(share),
  );
  return { node: sequence({ ...base, steps: [...nodes, bake] }), previous: bake, ready };
}

/** What is true then: nobody takes the new version out by himself, since too few old hosts are left. */
function unguarded({ policy }: Rollout): Guard {
  return {
    kind: 'unguarded',
    role: policy.role,
    reason: 'the old hosts that are left could not carry everything, so the share stays until somebody decides',
  };
}

function waveNodes(
  rollout: Rollout,
  wave: Wave,
  before: ReadyWatch | null,
): { readonly nodes: readonly Node[]; readonly ready: ReadyWatch } {
  const drained = hostDrainWatch(
    rollout,
    rollout.stable?.version ?? '',
    `drain-${wave.number}`,
    () => wave.hosts,
    wave.hosts,
  );
  const ready = readyWatch(rollout, 'candidate', `ready-${wave.number}`, wave.hosts);
  const stand = { admitted: wave.before, out: wave.hosts };
  return {
    ready,
    nodes: [
      ...(before === null ? [] : [roomWatch(rollout, wave)]),
      takeOutStep(rollout, wave, before),
      drained,
      replaceNode(rollout, wave, drained),
      ready,
      smokeStep(rollout, `smoke-${wave.number}`, { on: wave.hosts, hold: (now) => holdWhile(rollout, stand, now) }),
      admitStep(rollout, wave, ready),
    ],
  };
}
