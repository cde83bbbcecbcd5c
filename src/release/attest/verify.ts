import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Attested, type Trust, verifyAttestation } from '../../build/attest/verify.ts';
import { CYCLONEDX_FILE } from '../../build/sbom/names.ts';
import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Release, releaseSchema } from '../../model/release.ts';
import { artefactDigest } from '../../procedure/machine/digest.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { readRules } from '../policy/policy.ts';
import { digestOfText } from '../promotion/manifest.ts';
import { liveVersion, type ReleaseRecord, readEnvironmentRecord, readReleaseRecord } from '../record.ts';
import { specsOf } from './artefacts.ts';
import { provenanceOf, readEnvelopeText } from './check.ts';
import { imageProblemsOf } from './images.ts';

/** For auditors: the same questions as before a deploy, asked at any time. Looks only. */

export interface Verified {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Artefacts whose bytes were compared, and those that do not lie here. */
  readonly compared: readonly string[];
  readonly absent: readonly string[];
  readonly attested: Attested | null;
  /** Empty: everything is as a trusted key has vouched for. */
  readonly problems: readonly Problem[];
}

/**
 * A release that an environment has a record of.
 *
 * @param version left out: what serves there by the record
 * @param keys trusted instead of those of the policy, which is then not asked; each a name and a PEM
 */
export async function verifyRelease(
  service: ServiceEnvironment,
  version: string | undefined,
  keys: readonly GivenKey[],
): Promise<Verified> {
  const { target } = service;
  const record = await recordOf(service, version);
  const trust = keys.length > 0 ? await trustIn(keys) : (await readRules(service, service.environment)).trust;
  if (trust === null) throw new ProblemError(noTrust(target.environment));
  const found = await provenanceOf(service, record, trust);
  const looked = await Promise.all(
    specsOf(record).map(async (spec) => {
      const image = await imageProblemsOf(service.environment, service.secrets, spec);
      const there =
        image === null ? (await artefactDigest(spec.artefact).catch(() => null)) !== null : image.length === 0;
      return { component: spec.component, there, problems: image ?? [] };
    }),
  );
  return {
    ...namesOf(record.release),
    compared: looked.filter(({ there }) => there).map(({ component }) => component),
    absent: looked.filter(({ there }) => !there).map(({ component }) => component),
    attested: found.kind === 'attested' ? found.attested : null,
    problems: [...(found.kind === 'refused' ? found.problems : []), ...looked.flatMap((one) => one.problems)],
  };
}

async function recordOf({ store, target }: ServiceEnvironment, wanted: string | undefined): Promise<ReleaseRecord> {
  const { environment, service } = target;
  const version = wanted ?? liveVersion(await readEnvironmentRecord(store, environment, service));
  const record = version === null ? null : await readReleaseRecord(store, environment, version);
  if (record === null) throw new ProblemError(noRecord(version ?? 'nothing', environment));
  return record;
}

export interface GivenKey {
  readonly name: string;
  readonly pem: string;
}

async function trustIn(keys: readonly GivenKey[]): Promise<Trust> {
  const { publicKeyFrom } = await import('../../build/attest/keys.ts');
  const { trustedPem } = await import('./trust.ts');
  const wrong = keys.find(({ pem }) => publicKeyFrom(pem) === undefined);
  if (wrong !== undefined) {
    throw new ProblemError({
      code: 'cli.public-key',
      where: wrong.name,
      found: 'no public key that is known here',
      expected: 'a public key in PEM: Ed25519, or ECDSA on P-256',
      remedy: 'openssl pkey -in KEY -pubout writes the public half of a key',
    });
  }
  return { keys: keys.map(({ name, pem }) => trustedPem(name, pem)), maxAgeMs: null };
}

/** Files in a directory: release.json, provenance.json, and artefacts by their name. Needs no configuration and no state. */
export async function verifyFiles(directory: string, keys: readonly GivenKey[], clock: Clock): Promise<Verified> {
  const file = join(directory, 'release.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ProblemError(unreadable(file, error instanceof Error ? error.message : String(error)));
  });
  const release = releaseIn(text, file);
  const where = join(directory, 'provenance.json');
  const sbom = release.sbom === undefined ? [] : [{ name: CYCLONEDX_FILE, digest: release.sbom }];
  const looked = await Promise.all(
    [...release.artefacts, ...sbom].map(async ({ name, digest }) => ({
      name,
      digest,
      found: await artefactDigest(join(directory, name)).catch(() => null),
    })),
  );
  const problems = looked.flatMap(({ name, digest, found }): readonly Problem[] =>
    found === null || found === digest
      ? []
      : [
          {
            code: 'release.artefact-differs',
            where: join(directory, name),
            found,
            expected: `${digest}, as release.json says`,
            remedy: 'take it again from where it was made; what lies here is something else',
          },
        ],
  );
  const verified = verifyAttestation({
    expected: { ...release, releaseJson: digestOfText(text) },
    trust: await trustIn(keys),
    envelope: await readEnvelopeText(where),
    where,
    now: clock.now(),
  });
  return {
    ...namesOf(release),
    compared: looked.filter(({ found }) => found !== null).map(({ name }) => name),
    absent: looked.filter(({ found }) => found === null).map(({ name }) => name),
    attested: verified.ok ? verified.value : null,
    problems: verified.ok ? problems : [...problems, ...verified.problems],
  };
}

function releaseIn(text: string, file: string): Release {
  try {
    return releaseSchema.parse(JSON.parse(text));
  } catch {
    throw new ProblemError(unreadable(file, 'a file of another kind'));
  }
}

function namesOf({ service, version, commit }: Release) {
  return { service, version, commit };
}

function unreadable(file: string, found: string): Problem {
  return {
    code: 'cli.unreadable-file',
    where: file,
    found,
    expected: 'release.json, as `shiplock attest --output` writes it',
    remedy: 'name the directory in which release.json and provenance.json lie',
  };
}

function noRecord(version: string, where: string): Problem {
  return {
    code: 'attest.no-record',
    where,
    found: `no record of ${version}`,
    expected: 'a release with its release.json and its attestation',
    remedy:
      '`shiplock status --json` lists what was released there; give the state directory that released it (--state)',
  };
}

function noTrust(environment: string): Problem {
  return {
    code: 'attest.no-trust',
    where: environment,
    found: 'no key that the policy trusts there',
    expected: 'a key to verify with',
    remedy: 'give its public half with --key, or add it under `policy.trusted` on the protected branch',
  };
}
