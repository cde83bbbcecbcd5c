import { z } from 'zod';
import type { PromotionRules } from '../../model/promotion.ts';
import { digestSchema, versionSchema } from '../../model/release.ts';
import { formatDuration, formatShare } from '../../model/scalars.ts';
import { type Condition, type EvidenceField, type Gate, gate, type Node, parallel } from '../../procedure/index.ts';
import { promotionRulesSchema } from './rules.ts';

/** What a promotion is made from; part of the inputs of its run, so that a resume asks the same, and the policy can be compared. */
export const promotionSchema = z.strictObject({
  from: z.string(),
  /** Version and run there. */
  version: versionSchema,
  run: z.string(),
  /** Digest of release.json, which travels as it is. */
  manifest: digestSchema,
  /** Null: the policy asks nothing, or there is none. */
  rules: promotionRulesSchema.nullable(),
});
export type Promotion = Readonly<z.infer<typeof promotionSchema>>;

/** Looks at the conditions of a promotion; made in looks.ts. */
export interface PromotionLooks {
  verdict(promotion: Promotion): Condition;
  soak(promotion: Promotion): Condition;
  budget(promotion: Promotion): Condition;
  parity(promotion: Promotion): Condition;
}

/** Before anything is touched: every gate of the promotion, all asked at once. Null where the policy asks for none. */
export function promotionGates(
  promotion: Promotion | undefined,
  version: string,
  environment: string,
  looks: PromotionLooks,
): Node | null {
  if (promotion === undefined || promotion.rules === null) return null;
  return parallel({
    id: 'promotion',
    title: `May ${version} come from ${promotion.from} to ${environment}?`,
    limit: 8,
    steps: gatesOf(promotion, promotion.rules, version, looks),
  });
}

/** The gates alone, in order. */
export function gatesOf(
  promotion: Promotion,
  rules: PromotionRules,
  version: string,
  looks: PromotionLooks,
): readonly Gate[] {
  const { from } = promotion;
  const { soakMs, ticket, acceptance, budget, parity } = rules;
  return [
    conditionGate(
      'verdict',
      rules.verdict === 'not-worse'
        ? `${version} was judged in ${from}, and is not worse`
        : `The run of ${version} in ${from} ended well`,
      looks.verdict(promotion),
    ),
    ...(soakMs === 0
      ? []
      : [
          conditionGate(
            'soak',
            `${version} has served ${from} for ${formatDuration(soakMs)} without being taken back`,
            looks.soak(promotion),
          ),
        ]),
    ...(budget === null
      ? []
      : [
          conditionGate(
            'budget',
            `At least ${formatShare(budget.left)} of the error budget of ${formatDuration(budget.windowMs)} is left`,
            looks.budget(promotion),
          ),
        ]),
    ...(parity === null
      ? []
      : [conditionGate('parity', `What differs from ${from} is known`, looks.parity(promotion))]),
    ...(ticket === null ? [] : [ticketGate(ticket, version)]),
    ...(acceptance === null ? [] : [acceptanceGate(acceptance, version, from)]),
  ];
}

/** Nobody fills it in: it passes when it is so, and waits when that cannot be seen. */
function conditionGate(id: string, title: string, condition: Condition): Gate {
  return gate({
    id,
    title,
    description: 'Nobody needs to answer: it passes when it is so. Look again with `shiplock resume`.',
    role: 'nobody',
    asks: 'condition',
    condition,
    evidence: [],
    guard: { kind: 'nothing-shifted' },
  });
}

function ticketGate({ role, pattern }: NonNullable<PromotionRules['ticket']>, version: string): Gate {
  return gate({
    id: 'ticket',
    title: `The change ticket for ${version}`,
    description: 'Its number is recorded with the release. Look whether it is approved and names this version.',
    role,
    evidence: [{ kind: 'text', name: 'ticket', question: 'Which change ticket?', pattern }],
    guard: { kind: 'nothing-shifted' },
  });
}

function acceptanceGate(
  { role, items }: NonNullable<PromotionRules['acceptance']>,
  version: string,
  from: string,
): Gate {
  const checks = items.map(
    (question, index): EvidenceField => ({ kind: 'check', name: `item-${index + 1}`, question }),
  );
  return gate({
    id: 'acceptance',
    title: `Users accept ${version} as it serves ${from}`,
    description: `Try it in ${from}, then say whether it does what was asked for. Nothing has been touched yet.`,
    role,
    evidence: [
      ...checks,
      { kind: 'choice', name: 'decision', question: `Is ${version} accepted?`, options: ['accepted', 'rejected'] },
      { kind: 'text', name: 'tried', question: 'What was tried, and what was seen?', minLength: 5 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) => {
      if (evidence['decision'] !== 'accepted') {
        return { kind: 'reject', why: `users do not accept it: ${String(evidence['tried'] ?? '')}` };
      }
      const left = items.filter((_, index) => evidence[`item-${index + 1}`] !== true);
      return left.length === 0 ? { kind: 'pass' } : { kind: 'reject', why: `not so: ${left.join('; ')}` };
    },
  });
}
