import type { ResolvedEnvironment } from '../../config/index.ts';
import type { Check, Checked } from '../../model/check.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import type { Service } from '../door.ts';
import { readRules } from '../policy/policy.ts';

/** Would what is signed here count in an environment? */

export function attestChecks(service: Service, environment: ResolvedEnvironment): readonly Check[] {
  const { signing } = service.config.service;
  if (signing === undefined) return [];
  const { secret } = signing.key;
  return [
    {
      id: 'attest.key',
      title: 'Key that signs what is built here',
      look: async (signal) => {
        const { keyIdOf, privateKeyFrom } = await import('../../build/attest/keys.ts');
        const pem = pemIn(service, secret);
        if (pem === undefined) return notInReach(secret);
        const keyId = keyIdOf(unwrap(privateKeyFrom(pem, `secret ${secret}`)));
        const { trust } = await readRules(service, environment, { signal });
        return keyAnswer(keyId, trust?.keys ?? null, service.clock.now());
      },
    },
  ];
}

function pemIn({ secrets }: Pick<Service, 'secrets'>, secret: string): string | undefined {
  try {
    return secrets.get(secret).replaceAll('\\n', '\n');
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function notInReach(secret: string): Checked {
  return {
    state: 'warning',
    found: `no key behind ${secret}: nothing can be signed here`,
    expected: 'the key, or a machine that has it and signs first',
    mend: 'shiplock attest where the key is kept; or put it behind this reference',
  };
}

interface Known {
  readonly name: string;
  readonly keyId: string;
  readonly untilMs: number | null;
  readonly revoked: string | null;
}

/** Pure. @param trusted keys of the policy; null: it asks for no attestation */
export function keyAnswer(keyId: string, trusted: readonly Known[] | null, now: number): Checked {
  const short = keyId.slice(0, 16);
  if (trusted === null) return { state: 'ok', found: `${short}; the policy asks for no attestation here` };
  const known = trusted.find((one) => one.keyId === keyId);
  const why =
    known === undefined
      ? 'which the policy does not trust'
      : known.revoked !== null
        ? `which was revoked: ${known.revoked}`
        : known.untilMs !== null && known.untilMs < now
          ? `whose time ended on ${new Date(known.untilMs).toISOString()}`
          : undefined;
  if (known !== undefined && why === undefined) return { state: 'ok', found: `${short}, trusted as ${known.name}` };
  return {
    state: 'failed',
    found: `${short}, ${why ?? ''}`,
    expected: `one of ${trusted.map(({ name }) => name).join(', ')}`,
    mend: 'add its public half under policy.trusted on the protected branch, or sign with another key',
  };
}
