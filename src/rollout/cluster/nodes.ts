import { repeatUntil, sequence } from '../../procedure/build.ts';
import type { Guard, Node, OutputRef, Sequence } from '../../procedure/tree.ts';
import { bakeWatch } from '../bake.ts';
import type { Analyses } from '../bake-state.ts';
import { previewGate } from '../blue-green.ts';
import { limitWatch } from '../limits.ts';
import { judgeId, shareStepId } from '../names.ts';
import { pastWatch } from '../past.ts';
import type { InCluster } from './options.ts';
import { abortStep, agreeStep, finishStep, goOnStep, takeStep } from './steps.ts';
import { backWatch, finishedWatch, goneWatch, pauseWatch, takenUpWatch } from './watches.ts';

/**
 * Strategies where a controller of a cluster moves pods and shares. Git says what is wanted, the controller goes on until its next
 * pause, our evidence ends the pause or takes the release back.
 */

export interface ClusterSurroundings {
  /** Makes git name the new version, and waits until the cluster has it. */
  readonly bring: readonly Node[];
  /** The same for the version that served, on the way back; repeatable. Null on a first release: there is none. */
  readonly bringBack: readonly Node[] | null;
  /** What git names now. */
  readonly named: () => Promise<string | null>;
  /** After it serves alone, still inside the way back: verification, purge. */
  readonly whenServing: readonly Node[];
  readonly onRollback: readonly Node[];
  /** Lets the cluster refuse what is taken back, and take it again when it is released on purpose. Null: it refuses nothing. */
  readonly quarantine: { readonly lift: Node; readonly put: Node } | null;
}

/** A release into a cluster. */
export function clusterNode(rollout: InCluster, around: ClusterSurroundings): Sequence {
  const { stable, policy, candidate, service } = rollout;
  const first = stable === null;
  const steps: readonly Node[] = [
    takeStep(rollout),
    ...(around.quarantine === null ? [] : [around.quarantine.lift]),
    ...(first ? firstOf(rollout, around.bring) : wayOf(rollout, around.bring)),
    finishedWatch(rollout, 'finished'),
    limitWatch(rollout, 'observe'),
    ...around.whenServing,
  ];
  const title = `Release ${service} ${candidate.version} into the cluster`;
  if (first || around.bringBack === null) return sequence({ id: 'initial', title, steps });
  const back = clusterBackNode(rollout, { ...around, bringBack: around.bringBack });
  return sequence({ id: policy.strategy, title, steps, rollback: back });
}

/** A manifest that was there before has a Rollout whose pods never ran: the first release must not wait at its pauses. */
function firstOf(rollout: InCluster, bring: readonly Node[]): readonly Node[] {
  return [...bring, takenUpWatch(rollout, 'candidate', 'taken-up'), finishStep(rollout, 'candidate')];
}

/** From the commit to full traffic. */
function wayOf(rollout: InCluster, bring: readonly Node[]): readonly Node[] {
  const { strategy, steps } = rollout.policy;
  if (strategy === 'blue-green') return [...bring, ...switchNodes(rollout)];
  if (steps.length === 0) return bring;
  const past = pastWatch(rollout, 'past');
  return [past, ...bring, ...shareNodes(rollout, past)];
}

function shareNodes(rollout: InCluster, past: OutputRef<Analyses>): readonly Node[] {
  const { steps } = rollout.policy;
  const nodes: Node[] = [];
  let previous: OutputRef<Analyses> = past;
  for (const [index, one] of steps.entries()) {
    const judged = bakeWatch(rollout, { ...one, previous, guard: guardOf(rollout) }, judgeId(one.share));
    const word = shareStepId(one.share).replace('share-', '');
    nodes.push(
      pauseWatch(rollout, one.share, `paused-${word}`),
      judged,
      goOnStep(rollout, one.share, `go-on-${word}`, index === steps.length - 1),
    );
    previous = judged;
  }
  return nodes;
}

/** Blue-green: new pods stand by without traffic until the switch; absolute limits judge it afterwards. */
function switchNodes(rollout: InCluster): readonly Node[] {
  return [
    pauseWatch(rollout, 0, 'standing-by'),
    ...(rollout.policy.preview ? [previewGate(rollout)] : []),
    goOnStep(rollout, 0, 'switch', true),
  ];
}

/** While a person is asked nothing of ours runs; what keeps watch then stands in the manifest. */
function guardOf({ policy }: InCluster): Guard {
  return {
    kind: 'unguarded',
    role: policy.role,
    reason: 'only the analysis in the manifest of the Rollout keeps watch meanwhile, where it has one',
  };
}

/** Most times that git is made true again when others write it meanwhile; then a person has to find out who does. */
const ROUNDS = 5;

/**
 * The way back: at once on the cluster, then in git, then both are compared. Orders to the controller lie where self-heal does not look, so
 * neither undoes the other.
 */
export function clusterBackNode(
  rollout: InCluster,
  around: Pick<ClusterSurroundings, 'named' | 'onRollback' | 'quarantine'> & { readonly bringBack: readonly Node[] },
): Sequence {
  const { stable } = rollout;
  const agree = agreeStep(rollout, around.named);
  return sequence({
    id: 'rollback',
    title: `Go back to ${stable?.version ?? ''}`,
    steps: [
      takeStep(rollout, true),
      abortStep(rollout),
      // Before anybody can bring it back: the abort itself needs no pod of it.
      ...(around.quarantine === null ? [] : [around.quarantine.put]),
      goneWatch(rollout, 'gone'),
      repeatUntil({
        id: 'git-back',
        title: `Make git and the cluster agree on ${stable?.version ?? ''}`,
        max: ROUNDS,
        until: (ctx) => ctx.outputOf(agree).agrees,
        body: sequence({
          id: 'round',
          title: 'Git, then the cluster, then a look at both',
          steps: [
            ...around.bringBack,
            takenUpWatch(rollout, 'stable', 'taken-up'),
            finishStep(rollout, 'stable'),
            backWatch(rollout, 'back'),
            agree,
          ],
        }),
      }),
      ...around.onRollback,
    ],
  });
}
