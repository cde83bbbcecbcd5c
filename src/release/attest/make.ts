import { z } from 'zod';
import {
  envelopeDigest,
  PAYLOAD_TYPE,
  privateKeyFrom,
  publicPemOf,
  signEnvelope,
  statementBytes,
  statementOf,
  type Trust,
  verifyAttestation,
} from '../../build/attest/index.ts';
import type { Effect } from '../../model/effect.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import {
  type Decision,
  type Procedure,
  procedure,
  type RunResult,
  type Step,
  sequence,
  step,
} from '../../procedure/index.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import type { Ruled } from '../policy/persons.ts';
import { manifestDigest, manifestEffects } from '../promotion/manifest.ts';
import type { ReleaseRecord } from '../record.ts';
import { runAgain } from '../run/again.ts';
import { attestationsOf, envelopePath, readEnvelopeText } from './check.ts';
import { factsOf, type Made } from './facts.ts';
import { trustedPem } from './trust.ts';

/** Signs what was built: a run of its own between the build, which knows no secret, and the release, which only verifies. */

const signedSchema = z.strictObject({
  /** Digest of the envelope; null in a plan. */
  envelope: z.string().nullable(),
  path: z.string(),
});
export type Signed = Readonly<z.infer<typeof signedSchema>>;

type Facts =
  /** It lies there already. */
  | { readonly kind: 'kept'; readonly text: string }
  /** No key is in reach, and another machine may have signed. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** @param text null in a plan */
  | { readonly kind: 'signed'; readonly text: string | null };

export type AttestResult =
  | { readonly kind: 'signed'; readonly signed: Signed }
  | { readonly kind: 'failed'; readonly result: RunResult };

/**
 * Null: shiplock.yaml names no key, so nothing is signed here.
 *
 * @param must where no key is in reach, fail; else whoever verifies says what is missing
 */
export async function attestRelease(
  service: Ruled,
  made: Pick<Made, 'candidate' | 'run' | 'clean'>,
  must: boolean,
): Promise<AttestResult | null> {
  const { signing } = service.config.service;
  if (signing === undefined) return null;
  const manifest = made.candidate.manifest ?? manifestDigest(made.candidate.release);
  const sign = signStep(service, { ...made, manifest }, { secret: signing.key.secret, must });
  const result = await runAgain(attestProcedure(made.candidate, sign), engineOptions(service, { shared: undefined }));
  if (result.outcome !== 'done') return { kind: 'failed', result };
  const signed = result.outputs(sign);
  if (signed === undefined) throw new TypeError('a run that is done has the outputs of its steps');
  return { kind: 'signed', signed };
}

function attestProcedure({ release, environment }: ReleaseRecord, sign: Step<Facts, Signed>): Procedure {
  const { service, version, commit } = release;
  return procedure({
    id: 'attest',
    title: `Attest how ${service} ${version} was built`,
    description:
      'A signed statement: what was built, of which commit, with what, by whom. The release takes it by digest.',
    environment: `attest:${service}`,
    inputs: { service, version, commit, environment },
    root: sequence({ id: 'attest', title: 'Sign', steps: [sign] }),
  });
}

interface Signing {
  /** Reference of the key. */
  readonly secret: string;
  readonly must: boolean;
}

function signStep(service: Ruled, made: Made, { secret, must }: Signing): Step<Facts, Signed> {
  const { candidate, manifest } = made;
  const path = envelopePath(service.store, manifest);
  const digest = (facts: Facts): string | null =>
    (facts.kind === 'kept' || facts.kind === 'signed') && facts.text !== null ? envelopeDigest(facts.text) : null;
  return step<Facts, Signed>({
    id: 'sign',
    title: `Sign the provenance of ${candidate.release.version}`,
    inputs: { release: manifest, path, key: secret },
    read: async (ctx) => {
      const there = await readEnvelopeText(path);
      if (there !== null && verify(service, made, there, secret).some(({ ok }) => ok))
        return { kind: 'kept', text: there };
      const problems = await signedOtherwise(service, made, secret);
      if (problems.length > 0) return { kind: 'refused', problems };
      if (ctx.mode === 'plan') return { kind: 'signed', text: null };
      if (!must && ownKey(service, secret) === undefined) return { kind: 'elsewhere' };
      return { kind: 'signed', text: await signedText(service, made, secret) };
    },
    decide: (facts) => decideSigning(facts, path, manifestEffects(service.store, candidate)),
    outputs: signedSchema,
    collect: (_results, facts) => ({ envelope: digest(facts), path }),
    planned: (facts) => ({ envelope: digest(facts), path }),
    probe: 'repeatable',
  });
}

function decideSigning(facts: Facts, path: string, release: readonly Effect[]): Decision {
  switch (facts.kind) {
    case 'kept':
      return { kind: 'nothing', why: `it is signed: ${path}` };
    case 'elsewhere':
      return { kind: 'nothing', why: 'no key is in reach here: another machine signs' };
    case 'refused':
      return { kind: 'refuse', problems: facts.problems };
    case 'signed': {
      const content = facts.text ?? '<attestation>';
      const why = 'who has built it, and of what';
      return {
        kind: 'do',
        effects: [...release, { kind: 'file', path, content, mode: 0o444, why, timeoutMs: 10_000 }],
      };
    }
  }
}

/**
 * What an attestation that lies there is worth: by the keys that the policy trusts, and by ours. One that counts by either is as good as what would
 * be signed now, so that of the machine that built it is not replaced by one of the machine that releases it.
 */
function verify(service: Ruled, { candidate, manifest }: Made, envelope: string, secret: string, where = '') {
  const own = ownKey(service, secret);
  const maxAgeMs = service.trust?.maxAgeMs ?? null;
  const trusts: readonly Trust[] = [
    ...(service.trust === null ? [] : [service.trust]),
    ...(own === undefined ? [] : [{ keys: [own], maxAgeMs }]),
  ];
  const expected = { ...candidate.release, releaseJson: manifest };
  return trusts.map((trust) => verifyAttestation({ expected, trust, envelope, where, now: service.clock.now() }));
}

/** A version that was signed with other bytes is never signed again: one name never means two things, whoever has changed what was built. */
async function signedOtherwise(service: Ruled, made: Made, secret: string): Promise<readonly Problem[]> {
  const others = await attestationsOf(service.store, made.candidate.release);
  return others.flatMap(({ path, text }) => {
    const problems = verify(service, made, text, secret, path).flatMap((one) => (one.ok ? [] : one.problems));
    return problems.filter(({ code }) => code === 'attest.other-artefact').slice(0, 1);
  });
}

/** Undefined where the secret is not in reach: another machine signs. */
function ownKey(service: Pick<ServiceEnvironment, 'secrets'>, secret: string): Trust['keys'][number] | undefined {
  try {
    return trustedPem('own', publicPemOf(unwrap(privateKeyFrom(pemOf(service, secret), secret))));
  } catch (error) {
    if (error instanceof ProblemError && error.problems.every(({ code }) => code === 'secret.not-found'))
      return undefined;
    throw error;
  }
}

/** Where variables hold one line only, `\n` stands for its end. */
function pemOf({ secrets }: Pick<ServiceEnvironment, 'secrets'>, secret: string): string {
  return secrets.get(secret).replaceAll('\\n', '\n');
}

async function signedText(service: Ruled, made: Made, secret: string): Promise<string> {
  const key = unwrap(privateKeyFrom(pemOf(service, secret), `secret ${secret}`));
  return signEnvelope(PAYLOAD_TYPE, statementBytes(statementOf(await factsOf(service, made))), key);
}
