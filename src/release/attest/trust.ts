import { keyIdOf, publicKeyFrom } from '../../build/attest/keys.ts';
import type { Trust, TrustedKey } from '../../build/attest/verify.ts';
import type { Config } from '../../config/index.ts';

/** Whose attestations count in an environment, by the policy. */

const DAY_MS = 86_400_000;

/** Null: none is asked for there. An environment that the policy does not name asks for one as soon as any key is trusted. Pure. */
export function trustOf({ service }: Pick<Config, 'service'>, environment: string): Trust | null {
  const { trusted = {}, environments = {} } = service.policy ?? {};
  const { required = true, maxAge } = environments[environment]?.provenance ?? {};
  if (Object.keys(trusted).length === 0 || !required) return null;
  return {
    keys: Object.entries(trusted).map(([name, settings]) => trustedKey(name, settings)),
    maxAgeMs: maxAge ?? null,
  };
}

function trustedKey(
  name: string,
  { publicKey, until, revoked, builders }: NonNullable<NonNullable<Config['service']['policy']>['trusted'][string]>,
): TrustedKey {
  return {
    ...trustedPem(name, publicKey),
    // The whole of the last day counts.
    untilMs: until === undefined ? null : Date.parse(`${until}T00:00:00Z`) + DAY_MS - 1,
    revoked: revoked ?? null,
    builders,
  };
}

/** A key without any condition. @param pem checked before */
export function trustedPem(name: string, pem: string): TrustedKey {
  const key = publicKeyFrom(pem);
  if (key === undefined) throw new TypeError(`${name}: a checked configuration has public keys only`);
  return { name, key, keyId: keyIdOf(key), untilMs: null, revoked: null, builders: [] };
}
