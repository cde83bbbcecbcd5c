import type { Policy, Signatures } from '../../model/people.ts';
import type { QuarantineEntry } from '../../model/quarantine.ts';
import { canonical } from '../../procedure/journal/canonical.ts';
import { whyNotEntitled } from '../policy/word.ts';

/** Who may say that a digest is in quarantine, or is not any more: a person with the role of the policy, proven anew at each look. */

export const QUARANTINE_NAMESPACE = 'shiplock-quarantine@v1';

/** What a person signs. */
export function quarantineText(service: string, environment: string, entry: QuarantineEntry): string {
  const { signature: _, person = '', host = '', ...words } = entry;
  return `${canonical({ format: QUARANTINE_NAMESPACE, service, environment, person, host, ...words })}\n`;
}

/**
 * Why an entry that a person made does not count; undefined: it does. Without a policy anybody may, as at gates; with one, only who has its
 * role, and signed where the environment takes nothing else.
 */
export async function whyNotBelieved(
  service: string,
  entry: QuarantineEntry,
  policy: Policy | null,
  signatures: Signatures,
): Promise<string | undefined> {
  if (policy === null) return undefined;
  const { quarantine: role, environment } = policy;
  if (role === null) return 'the policy names no role that may: `policy.quarantine`';
  const word = {
    text: quarantineText(service, environment, entry),
    namespace: QUARANTINE_NAMESPACE,
    person: entry.person ?? entry.who,
    signature: entry.signature,
  };
  return whyNotEntitled(policy, role, word, signatures);
}
