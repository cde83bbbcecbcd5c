import type { ChangeAsked } from '../../model/change.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Node, type Procedure, sequence } from '../../procedure/index.ts';
import { changeGate } from '../change/asked.ts';
import { needed } from '../change/missing.ts';
import { askedFor, type ChangeRequest, mayBegin } from '../change/with-change.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import type { Target } from '../environment/target.ts';
import { type Approval, approvalGate } from '../policy/approval.ts';
import type { Ruled } from '../policy/persons.ts';
import type { Runbook } from './define.ts';

/** A runbook that is carried out for a change: approved as a release is, then its own steps. Without a change nobody is asked. */

export interface AskedOfRunbook {
  readonly change: ChangeAsked;
  /** Whom the policy asks before a release, too; absent where it asks nobody. */
  readonly approval?: Approval;
}

const SEVERE = ['changes', 'destructive'] as const;

/** Does the policy want a record for a runbook of this severity? Pure. */
export function needsChange({ changes }: Pick<Ruled, 'changes'>, { severity }: Pick<Runbook, 'severity'>): boolean {
  const least = changes?.runbooks ?? null;
  return severity !== 'reads' && least !== null && SEVERE.indexOf(severity) >= SEVERE.indexOf(least);
}

/**
 * What a run of a runbook carries of its change; null where none is named and none is needed.
 *
 * @param plain the tree as it would be without a change
 * @throws ProblemError when it may not begin
 */
export async function changeOfRunbook(
  service: Ruled,
  runbook: Runbook,
  request: ChangeRequest,
  plain: Procedure,
): Promise<AskedOfRunbook | null> {
  const wanted = needsChange(service, runbook);
  if (wanted && request.change === undefined && request.awaitOverride !== true) {
    throw new ProblemError(needed(service.target.environment));
  }
  const { alert: _, ...inputs } = plain.inputs;
  const change = await askedFor(service, request, wanted, () => ({ ...plain, inputs }));
  if (change === null) return null;
  await mayBegin(service, change);
  return { change, ...approvalOfRunbook(service) };
}

/** The role that approves a release, without its windows: those are hours of releases, and a change has a window of its own. Pure. */
export function approvalOfRunbook({ rules }: Pick<Ruled, 'rules'>): { readonly approval?: Approval } {
  const role = rules.kind === 'policy' ? rules.policy.rules.approval : null;
  return role === null ? {} : { approval: { role, windows: false } };
}

/** The texts of inputs that the record names, and those that are given besides: where these differ, the plan does. */
export async function textsOfChange(
  service: ServiceEnvironment,
  runbook: Pick<Runbook, 'id'>,
  { change, texts }: ChangeRequest & { readonly texts: Readonly<Record<string, string>> },
): Promise<Readonly<Record<string, string>>> {
  if (change === undefined) return texts;
  const [{ fetchChanges }, { readChange }] = await Promise.all([
    import('../change/fetch.ts'),
    import('../change/store.ts'),
  ]);
  await fetchChanges(service);
  const what = (await readChange(service.store, service.target.environment, change))?.head.what;
  return what?.kind === 'runbook' && what.runbook === runbook.id ? { ...what.inputs, ...texts } : texts;
}

/** The tree behind its gates; as it is where no change is named. */
export function underChange(
  root: Node,
  asked: AskedOfRunbook | undefined,
  { environment, change }: Pick<Target, 'environment' | 'change'>,
): Node {
  if (asked === undefined) return root;
  const gates = [
    approvalGate(asked.approval, `May this be carried out in ${environment}: ${root.title}?`, asked.change),
    changeGate(asked.change, change),
  ].filter((gate) => gate !== null);
  return sequence({ id: 'under-change', title: root.title, steps: [...gates, root] });
}

/** A run that is gone on with needs the approval that is asked for today. @throws ProblemError */
export function checkRunbookApproval(service: Ruled, run: string, asked: AskedOfRunbook | undefined): void {
  if (asked === undefined || service.rules.kind === 'unread') return;
  const today = approvalOfRunbook(service).approval?.role;
  if (today === asked.approval?.role) return;
  throw new ProblemError({
    code: 'policy.approval-changed',
    where: `run ${run}`,
    found: `a run that was begun to wait for ${roleText(asked.approval?.role)}`,
    expected: `${roleText(today)}, as the policy asks today`,
    remedy: `end it with shiplock unlock … --from ${run}, and begin a new run, which asks for what is asked today`,
  });
}

function roleText(role: string | null | undefined): string {
  return role === undefined || role === null ? 'no approval' : `the role ${role}`;
}

/** What only looks or goes back needs no record. */
export function needsNoChange(runbook: string): Problem {
  return {
    code: 'cli.usage',
    where: '--change',
    found: `a change record for ${runbook}`,
    expected: 'none: what only looks, and a rollback, are carried out without one',
    remedy: 'leave --change out',
  };
}
