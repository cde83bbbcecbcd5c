import type { Signatures, Signer } from '../../src/model/people.ts';
import { sha256 } from '../../src/procedure/journal/canonical.ts';

/**
 * Signatures without processes: a signature names the key, the namespace and the digest of the text. Checked against ssh-keygen by
 * test/integration/gate-signatures.test.ts, which puts the same questions to both.
 */
export const fakeSignatures: Signatures = {
  async verify({ text, signature, namespace, keys }) {
    const parts = /^fake (.+) (\S+) ([0-9a-f]{64})$/.exec(signature);
    if (parts === null) return 'no signature';
    if (!keys.includes(parts[1] ?? '')) return 'the key of somebody else';
    if (parts[2] !== namespace) return 'made for something else';
    return parts[3] === sha256(text) ? undefined : 'over another text';
  },
};

export function fakeSign(key: string, text: string, namespace: string): string {
  return `fake ${key} ${namespace} ${sha256(text)}`;
}

export function fakeSigner(person: string, key: string, onSign?: (text: string) => void): Signer {
  return {
    person,
    async sign(text, namespace) {
      onSign?.(text);
      return fakeSign(key, text, namespace);
    },
  };
}
