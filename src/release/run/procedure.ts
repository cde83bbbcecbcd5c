import { z } from 'zod';
import { changeAskedSchema } from '../../model/change.ts';
import type { Json } from '../../model/json.ts';
import { jsonSchema } from '../../model/json.ts';
import type { UnitSpec } from '../../model/platform.ts';
import { phaseSchema } from '../../model/release.ts';
import {
  action,
  choice,
  type DecideContext,
  type Node,
  type Procedure,
  procedure,
  type Step,
  sequence,
} from '../../procedure/index.ts';
import {
  blueGreenNode,
  canaryNode,
  clusterBackNode,
  clusterNode,
  doOrNothing,
  initialNode,
  type Rollout,
  rollbackNode,
  rollingNode,
  wayBackNode,
} from '../../rollout/index.ts';
import { provenanceStep } from '../attest/step.ts';
import { changeGate } from '../change/asked.ts';
import type { Target } from '../environment/target.ts';
import { approvalGate, approvalSchema } from '../policy/approval.ts';
import { promotionGates, promotionSchema } from '../promotion/gates.ts';
import { quarantineStep } from '../quarantine/step.ts';
import { liveVersion, type ReleaseRecord, readEnvironmentRecord, releaseRecordSchema } from '../record.ts';
import { scanAskedSchema, scanGate } from '../scan/asked.ts';
import { afterSchema, keptPlaceSchema } from './kept-manner.ts';
import { ledgerGate } from './ledger-gate.ts';
import { checkStep, historyStep, keepRecordStep, purgeStep, unprovenSchema, verifyStep } from './steps.ts';
import { tidyStep } from './tidy.ts';
import { lastVerdict } from './verdict.ts';

/** All a release or a rollback is made from; stored with the run, so that a resume builds the same tree. */
export const releaseInputsSchema = z.strictObject({
  candidate: releaseRecordSchema,
  stable: releaseRecordSchema.nullable(),
  /** Load seed data after the migrations; first release only. */
  seed: z.boolean(),
  /** Of a run that only migrates: which migrations, when not those of phase expand. */
  phase: phaseSchema.exactOptional(),
  /** What the policy asks for before the release begins; absent where nobody is asked. Compared with the policy again at a resume. */
  approval: approvalSchema.exactOptional(),
  /** Where it comes from, when it was not made here, and what the policy asks of that; compared at a resume too. */
  promotion: promotionSchema.exactOptional(),
  /** Commits of which the policy asks a scan; absent where it asks none. */
  scan: scanAskedSchema.exactOptional(),
  /** The change record that asks for it; absent where none was named and none is asked for. */
  change: changeAskedSchema.exactOptional(),
  /** The policy asks for an attestation by a key that it trusts. */
  attested: z.literal(true).exactOptional(),
  /** It goes back for the sake of another service: nothing speaks against it, and it is not put into quarantine. */
  blameless: z.literal(true).exactOptional(),
  /** Migrations of a stored plan: its name, and the digest of the schema that it was made on. */
  plan: z
    .strictObject({
      name: z.string(),
      schema: z.string(),
      /** How its statements are run; absent where none was tried before. */
      manners: z.array(keptPlaceSchema).readonly().exactOptional(),
      /** Objects after all of it, as the throw-away server had them; absent where none was tried before. */
      after: afterSchema.exactOptional(),
    })
    .exactOptional(),
  who: z.string(),
  why: z.string(),
});
export type ReleaseInputs = Readonly<z.infer<typeof releaseInputsSchema>>;

export function inputsAsJson(inputs: ReleaseInputs): Readonly<Record<string, Json>> {
  return z.record(z.string(), jsonSchema).parse(structuredClone(inputs));
}

/** The release pipeline from finished artefacts on: check, make room on the disks, migrate, roll out, verify, make git true, purge, write the history. */
export function releaseProcedure(inputs: ReleaseInputs, target: Target): Procedure {
  const { candidate, stable, who, why } = inputs;
  const version = candidate.release.version;
  const first = stable === null;
  const stays =
    candidate.schema === stable?.schema
      ? null
      : target.database?.stays(target, stable?.unit ?? null, () => unprovenSchema(target, stable));
  const learn = {
    candidate,
    stable,
    unanswered: (ctx: Pick<DecideContext, 'outputOf'>) => stays?.unanswered(ctx) ?? [],
  };
  const back = first
    ? present([
        ...removeSteps(target, candidate),
        purgeStep(target, 'purge-back'),
        quarantineStep(target, { candidate, stays: null, asked: null }),
        historyStep(target, { id: 'history-removed', version, outcome: 'removed', who, why }),
      ])
    : present([
        ...fileSteps(target, stable, 'back', true),
        target.cluster === null ? (target.gitops?.commit(stable, 'git-back', { actor: who }) ?? null) : null,
        purgeStep(target, 'purge-back'),
        quarantineStep(target, { candidate, stays: stable, asked: null }),
        historyStep(target, {
          id: 'history-rolled-back',
          version,
          outcome: 'rolled-back',
          who,
          why,
          learn,
        }),
      ]);
  const done = present([
    ...fileSteps(target, candidate, 'switch', false),
    verifyStep(target, 'verify'),
    target.cluster === null
      ? (target.gitops?.commit(candidate, 'git', { actor: who, verdict: (ctx) => lastVerdict(body, ctx) }) ?? null)
      : null,
    purgeStep(target, 'purge'),
    historyStep(target, { id: 'history', version, outcome: 'released', who, why, learn }),
  ]);
  const body = rolloutOf(inputs, target, done, back);
  const steps = present([
    promotionGates(inputs.promotion, version, target.environment, target.promotion),
    scanGate(inputs.scan, version, target.scan),
    approvalGate(inputs.approval, `May ${version} go to ${target.environment}?`, inputs.change),
    changeGate(inputs.change, target.change),
    inputs.attested === true ? provenanceStep(target, candidate) : null,
    target.prepare,
    target.proxy,
    target.web,
    checkStep(target, candidate, stable),
    keepRecordStep(target, candidate),
    tidyStep(target, candidate, stable),
    stays?.before ?? null,
    target.database?.migrate() ?? null,
    stays?.after ?? null,
    stays?.owed ?? null,
    first && inputs.seed ? (target.database?.seed() ?? null) : null,
    reviewed(inputs, target, body),
  ]);
  return procedure({
    id: 'release',
    title: `Release ${target.service} ${version} to ${target.environment}`,
    description: first
      ? 'The first release: nothing serves yet. If it fails, what it started is removed.'
      : `${target.policy.strategy === 'rolling' ? 'In the place of' : 'Beside'} ${stable.release.version}, ${HOW[target.policy.strategy]}. If it fails, ${stable.release.version} gets all traffic back.`,
    environment: target.environment,
    inputs: inputsAsJson(inputs),
    root: sequence({ id: 'release', title: `Release ${version}`, steps }),
  });
}

/**
 * Where git takes what is reviewed only: the pull request goes before anything is sent traffic. What is not merged is closed by the way back,
 * and what was merged in vain is taken out of git again.
 */
function reviewed({ candidate, stable, who }: ReleaseInputs, target: Target, body: Node): Node {
  const request = target.gitops?.request(candidate, who) ?? null;
  if (request === null) return body;
  const title = `${candidate.release.version}, once git names it`;
  return sequence({
    id: 'reviewed',
    title,
    steps: [...request.nodes, body],
    rollback: sequence({
      id: 'withdraw',
      title: 'Leave nothing of it to be merged',
      steps: present([
        request.withdraw,
        stable === null
          ? null
          : unlessServing(target, candidate, target.gitops?.commit(stable, 'git-back', { actor: who }) ?? null),
      ]),
    }),
  });
}

/** What failed only after the version had come to serve (an old instance that does not stop) leaves git as it is: it is true. */
export function unlessServing(
  { store, environment, service }: Pick<Target, 'store' | 'environment' | 'service'>,
  { release }: { readonly release: Pick<ReleaseRecord['release'], 'version'> },
  back: Node | null,
): Node | null {
  if (back === null) return null;
  return choice({
    id: 'what-serves',
    title: 'Does git name what serves?',
    read: async () => liveVersion(await readEnvironmentRecord(store, environment, service)),
    choose: (live) => (live === release.version ? 'stays' : 'back'),
    branches: { stays: sequence({ id: 'stays', title: 'It does', steps: [] }), back },
  });
}

const HOW = {
  canary: 'share by share, judged by evidence',
  'blue-green': 'all traffic at once, with the old version standing by',
  rolling: 'host by host in place, the first one inspected by a person',
} as const;

function rolloutOf(inputs: ReleaseInputs, target: Target, done: readonly Node[], back: readonly Node[]): Node {
  const { candidate, stable } = inputs;
  if (candidate.unit === null) return filesOnly(inputs, done, back);
  const rollout = rolloutFor(target, candidate.unit, stable?.unit ?? null);
  if (target.cluster !== null) {
    const { cluster } = target;
    return clusterNode(
      { ...rollout, cluster: cluster.rollouts },
      {
        bring: [cluster.bring(candidate, 'git', inputs.who)],
        bringBack: stable === null ? null : [cluster.bring(stable, 'git-back', inputs.who)],
        named: cluster.named,
        quarantine: cluster.quarantine(candidate),
        whenServing: done,
        onRollback: back,
      },
    );
  }
  if (stable === null || stable.unit === null) {
    return initialNode(rollout, { beforeSettle: done, onRollback: back });
  }
  return STRATEGIES[target.policy.strategy](rollout, { beforeRetire: done, onRollback: back });
}

const STRATEGIES = { canary: canaryNode, 'blue-green': blueGreenNode, rolling: rollingNode } as const;

export function rolloutFor(target: Target, candidate: UnitSpec, stable: UnitSpec | null): Rollout {
  return {
    service: target.service,
    environment: target.environment,
    candidate,
    stable,
    hosts: target.hosts,
    entry: target.entry,
    policy: target.policy,
    ports: target.ports,
  };
}

/** A service without an API: files are laid down and `current` is switched; the way back is the same switch. */
function filesOnly(inputs: ReleaseInputs, done: readonly Node[], back: readonly Node[]): Node {
  return sequence({
    id: 'files',
    title: `Switch the frontend to ${inputs.candidate.release.version}`,
    steps: done,
    rollback: sequence({ id: 'rollback', title: 'Switch the frontend back', steps: back }),
  });
}

/** Lays files down and switches `current` to them: atomic, so no page is half old and half new. */
function fileSteps(target: Target, record: ReleaseRecord, verb: string, urgent: boolean): readonly Step[] {
  return record.files.map((spec) =>
    action({
      id: `${verb}-${spec.component}`,
      title: `Switch ${spec.component} to ${spec.version}`,
      inputs: { component: spec.component, version: spec.version, digest: spec.digest },
      read: (ctx) => target.files.observe(ctx.signal),
      decide: (look) => doOrNothing(target.files.switch(spec, look), 'it is current'),
      probe: 'repeatable',
      urgent,
    }),
  );
}

/** After a failed first release there are no earlier files to switch to: these go, and the proxy says that nothing is there. */
function removeSteps(target: Target, record: ReleaseRecord): readonly Step[] {
  return record.files.map((spec) =>
    action({
      id: `remove-${spec.component}`,
      title: `Remove ${spec.component} ${spec.version}`,
      inputs: { component: spec.component, version: spec.version },
      read: (ctx) => target.files.observe(ctx.signal),
      decide: (look) => doOrNothing(target.files.remove(spec, look), 'it is not installed'),
      probe: 'repeatable',
      urgent: true,
    }),
  );
}

/**
 * Goes back to an earlier release after it was promoted over. Legal only when the ledger says that the earlier version runs
 * on today's schema; the check stands before anything is touched.
 */
export function rollbackProcedure(inputs: ReleaseInputs, target: Target): Procedure {
  const { candidate, stable, who, why, blameless = false } = inputs;
  const to = stable?.release.version ?? 'nothing';
  const after = present([
    target.gitops?.withdraw ?? null,
    ...(stable === null ? [] : fileSteps(target, stable, 'back', true)),
    stable === null || target.cluster !== null
      ? null
      : (target.gitops?.commit(stable, 'git-back', { actor: who }) ?? null),
    purgeStep(target, 'purge-back'),
    blameless ? null : quarantineStep(target, { candidate, stays: stable, asked: { who, why } }),
    historyStep(target, { id: 'history', version: to, outcome: 'went-back-to', who, why }),
    verifyStep(target, 'verify'),
  ]);
  const body =
    candidate.unit === null || stable === null || stable.unit === null
      ? sequence({ id: 'rollback', title: `Go back to ${to}`, steps: after })
      : wayBackOf(
          target,
          rolloutFor(target, candidate.unit, stable.unit),
          { candidate, stable, who, blameless },
          after,
        );
  return procedure({
    id: 'rollback',
    title: `Roll ${target.service} in ${target.environment} back from ${candidate.release.version} to ${to}`,
    description:
      'Traffic first, then everything else. Expand migrations stay: the ledger says that the earlier version runs on them.',
    environment: target.environment,
    inputs: inputsAsJson(inputs),
    root: sequence({
      id: 'go-back',
      title: `Go back to ${to}`,
      steps: present([ledgerGate(target, candidate, stable), body]),
    }),
  });
}

/** Where hosts are replaced in place they are also restored in place: none has room for both versions. In a cluster git brings it back. */
function wayBackOf(
  target: Target,
  rollout: Rollout,
  {
    candidate,
    stable,
    who,
    blameless,
  }: {
    readonly candidate: ReleaseRecord;
    readonly stable: ReleaseRecord;
    readonly who: string;
    readonly blameless: boolean;
  },
  after: readonly Node[],
): Node {
  const { cluster, policy } = target;
  if (cluster === null) return (policy.strategy === 'rolling' ? wayBackNode : rollbackNode)(rollout, after);
  return clusterBackNode(
    { ...rollout, cluster: cluster.rollouts },
    {
      bringBack: [cluster.bring(stable, 'git-back', who)],
      named: cluster.named,
      quarantine: blameless ? null : cluster.quarantine(candidate),
      onRollback: after,
    },
  );
}

function present<T>(items: readonly (T | null)[]): readonly T[] {
  return items.filter((item): item is T => item !== null);
}
