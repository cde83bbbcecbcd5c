import { z } from 'zod';
import type { ChangeAsked } from '../../model/change.ts';
import type { GateRules } from '../../model/people.ts';
import { type Gate, gate } from '../../procedure/index.ts';

/** What a policy asks for before a release begins: a person with this role, one of its windows. */
export const approvalSchema = z.strictObject({ role: z.string().nullable(), windows: z.boolean() });
export type Approval = Readonly<z.infer<typeof approvalSchema>>;

/**
 * The gate before anything is touched: somebody approves, and it is time. null where the policy asks for neither.
 *
 * @param title the question
 */
export function approvalGate(
  approval: Approval | undefined,
  title: string,
  change: ChangeAsked | undefined,
): Gate | null {
  if (approval === undefined) return null;
  const record = change?.id ?? null;
  const look =
    record === null
      ? ''
      : ` \`shiplock change show ${record}\` prints what was asked for, the risk, and the rollback plan.`;
  const asks = approval.role === null ? 'window' : approval.windows ? 'persons-and-window' : 'persons';
  return gate({
    id: 'approval',
    title,
    description:
      approval.role === null
        ? 'Nobody needs to answer: it passes in a release window.'
        : `Look at the plan and the commits. Nothing has been touched yet.${look}`,
    role: approval.role ?? 'nobody',
    asks,
    evidence: [],
    guard: { kind: 'nothing-shifted' },
  });
}

/** What a policy asks for before a release begins, as inputs of the procedure; nothing where it asks for nothing. Pure. */
export function approvalOf(rules: Pick<GateRules, 'approval' | 'windows'> | undefined): {
  readonly approval?: Approval;
} {
  if (rules === undefined || (rules.approval === null && rules.windows === null)) return {};
  return { approval: { role: rules.approval, windows: rules.windows !== null } };
}
