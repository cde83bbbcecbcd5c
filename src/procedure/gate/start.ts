import type { EngineOptions } from '../api.ts';
import type { PayloadOf } from '../journal/records.ts';
import { ownIdentity } from '../machine/identity.ts';
import type { Procedure } from '../tree.ts';
import { START_NAMESPACE, startText } from './statement.ts';

/** What is recorded about policy and person when a run begins or goes on. */

/** Commit of the policy that holds now. */
export function policyCommitOf({
  gatekeeper,
}: Pick<EngineOptions, 'gatekeeper'>): Pick<PayloadOf<'run.resumed'>, 'policyCommit'> {
  const commit = gatekeeper?.source.commit ?? '';
  return commit === '' ? {} : { policyCommit: commit };
}

/** Where the policy of this run was read. */
export function policyOf({ gatekeeper }: EngineOptions): Pick<PayloadOf<'run.started'>, 'policy' | 'policyCommit'> {
  if (gatekeeper === undefined) return {};
  const { place, pinned, breakGlass } = gatekeeper.source;
  return {
    ...policyCommitOf({ gatekeeper }),
    policy: { place, pinned, ...(breakGlass === undefined ? {} : { breakGlass }) },
  };
}

/** A signature over run and plan proves who starts it; a name in a variable proves nothing. */
export async function startedBy(
  { environment, id }: Procedure,
  hash: string,
  run: string,
  { signer }: EngineOptions,
): Promise<Pick<PayloadOf<'run.started'>, 'startedBy'>> {
  if (signer === undefined) return {};
  const { person } = signer;
  const { host } = ownIdentity();
  const text = startText({ run, environment, procedure: id, planHash: hash, host, person });
  return { startedBy: { person, host, signature: await signer.sign(text, START_NAMESPACE) } };
}
