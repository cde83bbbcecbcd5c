import { z } from 'zod';
import type { GateRules } from '../../model/people.ts';
import { type Gate, gate } from '../../procedure/index.ts';

/** What a policy asks for before a release begins: a person with this role, one of its windows. */
export const approvalSchema = z.strictObject({ role: z.string().nullable(), windows: z.boolean() });
export type Approval = Readonly<z.infer<typeof approvalSchema>>;

/** The gate before anything is touched: somebody approves, and it is time. null where the policy asks for neither. */
export function approvalGate(approval: Approval | undefined, version: string, environment: string): Gate | null {
  if (approval === undefined) return null;
  const asks = approval.role === null ? 'window' : approval.windows ? 'persons-and-window' : 'persons';
  return gate({
    id: 'approval',
    title: `May ${version} go to ${environment}?`,
    description:
      approval.role === null
        ? 'Nobody needs to answer: it passes in a release window.'
        : 'Look at the plan and the commits. Nothing has been touched yet.',
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
