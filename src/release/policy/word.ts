import type { Policy, Signatures } from '../../model/people.ts';

/** What somebody says outside of a run, which only who has a role may say. */
export interface SignedWord {
  /** What is signed. */
  readonly text: string;
  readonly namespace: string;
  /** Id of the person; where nobody is proven, who they say they are. */
  readonly person: string;
  readonly signature?: string | undefined;
}

/** Why the word does not count; undefined: it does. Signed where the environment takes nothing else. */
export async function whyNotEntitled(
  { people, rules, environment }: Policy,
  role: string,
  { text, namespace, person: name, signature }: SignedWord,
  signatures: Signatures,
): Promise<string | undefined> {
  const person = people.find(({ id }) => id === name);
  if (person?.roles.includes(role) !== true) return `${name} does not have the role ${role} in ${environment}`;
  if (signature === undefined) {
    return rules.evidence === 'unsigned' ? undefined : `it is not signed, and ${environment} takes nothing else`;
  }
  const why = await signatures.verify({
    ...{ text, signature, namespace, person: name },
    keys: person.keys,
    account: person.account,
  });
  return why === undefined ? undefined : `its signature is not one of ${name}: ${why}`;
}
