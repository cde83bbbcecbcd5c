import type { Trust } from '../../build/attest/verify.ts';
import type { Order } from '../../model/order.ts';
import type { Policy, Signatures, Signer } from '../../model/people.ts';
import { type Problem, problemsOf } from '../../model/problem.ts';
import { isRunbook } from '../../model/procedures.ts';
import type { PromotionRules } from '../../model/promotion.ts';
import {
  createGatekeeper,
  type EngineOptions,
  type Gatekeeper,
  orderProblem,
  ownerOf,
  publicKeyOf,
  readRun,
  sshSignatures,
  sshSigner,
} from '../../procedure/index.ts';
import { type ChangeRules, changeRulesIn, changeRulesOf } from '../change/rules.ts';
import type { ForgeProofs } from '../door.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type ReleaseInputs, releaseInputsSchema } from '../run/procedure.ts';
import { type ScanRules, scanRulesIn } from '../scan/rules.ts';
import { authorsOf } from './authors.ts';
import { policyPlace } from './place.ts';
import { readProtected, rulesIn } from './policy.ts';

/** An environment under its policy: who is checked at gates, and who acts. */
export interface Ruled extends ServiceEnvironment {
  readonly rules: Rules;
  /** What the same branch asks of scans; null where it was not read. */
  readonly scans: ScanRules | null;
  /** What the same branch asks of changes; null where it was not read. */
  readonly changes: ChangeRules | null;
  /** Whose attestations count; null: none is asked for, or nothing was read (`rules` says which). */
  readonly trust: Trust | null;
}

export type Rules =
  /** No policy: nobody is checked. */
  | { readonly kind: 'none' }
  | { readonly kind: 'policy'; readonly policy: Policy }
  /** On the way back: what needs no person does not wait for it; it is read when a gate asks. */
  | { readonly kind: 'later' }
  | { readonly kind: 'unread'; readonly problems: readonly Problem[] };

/**
 * `forward`: the policy is read, or nothing begins. `plan`: the same, and nothing is written. `back`: nothing is read before a gate asks for a
 * person. `look`: read if possible.
 */
export async function underPolicy(
  service: ServiceEnvironment,
  way: 'forward' | 'plan' | 'back' | 'look',
  signal?: AbortSignal,
): Promise<Ruled> {
  try {
    if (way === 'back') {
      const rules: Rules = (await policyPlace(service)) === null ? { kind: 'none' } : { kind: 'later' };
      return { ...service, rules, trust: null, scans: null, changes: null };
    }
    const read = await readProtected(service, { keep: way === 'forward', signal });
    const { policy, trust } = await rulesIn(service, service.environment, read);
    const scans = scanRulesIn(service, service.environment, read);
    const changes = changeRulesIn(service, service.environment, read);
    return {
      ...service,
      rules: policy === null ? { kind: 'none' } : { kind: 'policy', policy },
      trust,
      scans,
      changes,
    };
  } catch (error) {
    if (way === 'forward' || way === 'plan') throw error;
    const rules: Rules = { kind: 'unread', problems: problemsOf(error, 'policy') };
    // Where nobody can read what the branch asks, what stands here must do: never less than that.
    const changes = changeRulesOf(service.config, service.environment.environment, service.configFile);
    return { ...service, rules, trust: null, scans: null, changes };
  }
}

/** What is released, whose authors take part; null: nothing is. */
type Released = Pick<ReleaseInputs, 'candidate'> | null;

/** What the engine needs to check persons in a run of these inputs. */
export async function personOptions(
  service: Ruled,
  inputs: Released,
): Promise<Pick<EngineOptions, 'gatekeeper' | 'signer'>> {
  const { rules } = service;
  switch (rules.kind) {
    case 'none':
      return {};
    case 'policy':
      return { gatekeeper: await keeperOf(service, rules.policy, inputs), signer: await signerOf(service) };
    case 'unread':
      return { gatekeeper: closed(rules.problems) };
    case 'later':
      return { gatekeeper: later(service, inputs) };
  }
}

/** Reads the policy when a gate asks. */
function later(service: Ruled, inputs: Released): Gatekeeper {
  let asked: Promise<Gatekeeper> | undefined;
  const keeper = (): Promise<Gatekeeper> => {
    asked ??= underPolicy(service, 'look').then(async ({ rules }) =>
      rules.kind === 'policy'
        ? keeperOf(service, rules.policy, inputs)
        : closed(rules.kind === 'unread' ? rules.problems : [noPeople(service.configFile)]),
    );
    return asked;
  };
  return {
    source: { place: 'read when a gate asks', commit: '', pinned: false },
    overrideRole: null,
    rule: async (gate) => (await keeper()).rule(gate),
    demands: async (gate) => (await keeper()).demands(gate),
  };
}

function noPeople(where: string): Problem {
  return {
    code: 'policy.no-people',
    where,
    found: 'a protected branch without `people:`',
    expected: 'persons that a gate can be checked against',
    remedy: 'merge `people:` into the protected branch, or take `people:` and `policy:` out here',
  };
}

/** Whether an order counts: the same check for who gives it and for the run that takes it up. */
export function orderCheck(service: Ruled): (order: Order) => Promise<Problem | undefined> {
  const { rules, environment } = service;
  return async (order) => {
    switch (rules.kind) {
      case 'none':
      case 'later':
        return undefined;
      case 'unread':
        // Holding a run up and taking it back do no harm; going on without knowing who says so may.
        return order.kind === 'resume' ? rules.problems[0] : undefined;
      case 'policy':
        return orderProblem(order, environment.rollout.role, rules.policy, signaturesOf(service, rules.policy));
    }
  };
}

/** The gatekeeper of a recorded run; undefined where nobody is checked. */
export async function gatekeeperOfRun(service: Ruled, run: string): Promise<Gatekeeper | undefined> {
  const { procedure, inputs } = await readRun(service.store, run);
  const released = releaseInputsSchema.safeParse(inputs);
  if (service.rules.kind !== 'policy' || !(released.success || isRunbook(procedure))) return undefined;
  return keeperOf(service, service.rules.policy, released.data ?? null);
}

/** Who acts, by the key that was named; undefined without one. */
export async function signerOf({ rules, door, exec }: Ruled): Promise<Signer | undefined> {
  if (rules.kind !== 'policy') return undefined;
  if (door.forge !== undefined) return commenter(rules.policy, door.forge);
  if (door.signKey === undefined) return undefined;
  const key = door.signKey;
  const person = door.as ?? ownerOf(rules.policy.people, await publicKeyOf(exec, key), key);
  return sshSigner(exec, { key, person });
}

/** Who acts by a comment. Where only signatures count, nobody does. */
function commenter({ people, rules }: Policy, { actor }: ForgeProofs): Signer | undefined {
  const person = people.find(({ account }) => account === actor.account);
  if (person === undefined || rules.evidence !== 'forge') return undefined;
  return { person: person.id, order: actor.order, sign: async () => actor.proof };
}

/** What counts as a signature in this environment: comments at the forge only where its policy says so. */
export function signaturesOf({ exec, door: { forge } }: Pick<Ruled, 'exec' | 'door'>, { rules }: Policy): Signatures {
  const ssh = sshSignatures(exec);
  if (rules.evidence !== 'forge') return ssh;
  return {
    async verify(question) {
      if (question.signature.startsWith('-----BEGIN ')) return ssh.verify(question);
      if (forge?.knows(question.signature) !== true) return 'it lies at the forge, which cannot be asked from here';
      return forge.verify(question);
    },
  };
}

async function keeperOf(service: Ruled, policy: Policy, released: Released): Promise<Gatekeeper> {
  const { exec, clock, baseDir } = service;
  const signatures = signaturesOf(service, policy);
  const commits = released === null ? [] : commitsOf(released.candidate);
  const authors = await Promise.all(commits.map((commit) => authorsOf(commit, policy, { exec, signatures, baseDir })));
  return createGatekeeper({ policy, signatures, clock, authors: authors.flat() });
}

function commitsOf({ release, configCommit = release.commit }: ReleaseInputs['candidate']): readonly string[] {
  return [...new Set([release.commit, configCommit])];
}

/** Lets nothing pass: nobody can say who may. */
function closed(problems: readonly Problem[]): Gatekeeper {
  return {
    source: { place: 'unread', commit: '', pinned: false },
    overrideRole: null,
    rule: async () => ({ kind: 'wait', problems, refused: [] }),
    demands: async () => 'the policy, which cannot be read now',
  };
}

/** What the policy asks of a promotion; null where it asks nothing, or where there is none. Pure. */
export function promotionRulesOf(rules: Rules): PromotionRules | null {
  return rules.kind === 'policy' ? rules.policy.rules.promotion : null;
}

/** One line for plans and status: who is checked, by which policy. */
export function rulesText(rules: Rules): string {
  switch (rules.kind) {
    case 'none':
      return 'nobody is checked at gates: the policy has no `people:`; anybody who can start shiplock may fill them in';
    case 'later':
      return 'persons are checked where a gate asks for one';
    case 'unread':
      return `the policy cannot be read: ${rules.problems[0]?.found ?? ''}`;
    case 'policy': {
      const { source, rules: asked } = rules.policy;
      const place = `${source.place} at ${source.commit.slice(0, 12)}`;
      const how = [
        `${asked.approvals} approval${asked.approvals === 1 ? '' : 's'}`,
        asked.evidence,
        ...(asked.fourEyes ? ['four eyes'] : []),
        ...(asked.windows === null ? [] : ['windows']),
        ...(asked.promotion === null ? [] : ['gates of the promotion']),
      ];
      const pin = source.pinned
        ? ''
        : '; the place is not fixed on this machine, so who can edit the working copy can change it';
      const glass = source.breakGlass === undefined ? '' : `; BREAK-GLASS, from a copy: ${source.breakGlass}`;
      return `persons are checked (${how.join(', ')}) by ${place}${pin}${glass}`;
    }
  }
}
