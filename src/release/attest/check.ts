import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnvelope } from '../../build/attest/dsse.ts';
import { SOURCE, statementSchema } from '../../build/attest/statement.ts';
import { type Trust, verifyAttestation } from '../../build/attest/verify.ts';
import { parsedJson } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { type Release, releaseSchema } from '../../model/release.ts';
import { isMissing } from '../../procedure/store.ts';
import { imageName, sbomProblems } from '../build/beside.ts';
import { withoutConfiguration } from '../build/naming.ts';
import type { Service } from '../door.ts';
import { manifestDiffers, manifestDigest, manifestPath, PLANNED, readDigested } from '../promotion/manifest.ts';
import type { ReleaseRecord } from '../record.ts';
import { artefactProblems, specsOf } from './artefacts.ts';
import type { Provenance } from './provenance.ts';

/** Before anything is changed: is this what a trusted key has vouched for, byte for byte? Every door asks here. */

/** Beside release.json, and named by its digest, so that whoever has the one finds the other. */
export function envelopePath(store: string, manifest: string): string {
  return join(store, 'manifests', `${manifest.replace(/^sha256:/, '')}${SUFFIX}`);
}

const SUFFIX = '.provenance.json';

/** Null: there is none. */
export async function readEnvelopeText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    return null;
  }
}

/**
 * What lies here and says that it is about this service, version and commit, whatever artefacts it names. Nothing of it is believed: whoever asks
 * verifies it.
 */
export async function attestationsOf(
  store: string,
  { service, version, commit }: Pick<Release, 'service' | 'version' | 'commit'>,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const directory = join(store, 'manifests');
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(SUFFIX)).toSorted();
  const found: { readonly path: string; readonly text: string }[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const text = (await readEnvelopeText(path)) ?? '';
    const about = subjectOf(text);
    if (about?.service === service && about.version === version && about.commit === commit) found.push({ path, text });
  }
  return found;
}

function subjectOf(text: string) {
  const envelope = readEnvelope(text, '');
  if (!envelope.ok) return undefined;
  try {
    const parsed = statementSchema.safeParse(JSON.parse(envelope.value.payload.toString('utf8'))).data;
    if (parsed === undefined) return undefined;
    const { externalParameters, resolvedDependencies } = parsed.predicate.buildDefinition;
    const commit = resolvedDependencies.find(({ name }) => name === SOURCE)?.digest?.['gitCommit'];
    return { service: externalParameters.service, version: externalParameters.version, commit };
  } catch {
    return undefined;
  }
}

/** Looks at files only. @param trust whose attestations count @param missing an artefact that does not lie here */
export async function provenanceOf(
  { store, clock }: Pick<Service, 'store' | 'clock'>,
  record: ReleaseRecord,
  trust: Trust,
  missing: 'refused' | 'let-pass' = 'let-pass',
): Promise<Provenance> {
  const digest = record.manifest ?? manifestDigest(record.release);
  if (digest === PLANNED) return { kind: 'pending' };
  const path = manifestPath(store, digest);
  const lies = await readDigested(path);
  const problems = [...(await artefactProblems(record, missing)), ...(await sbomProblems(store, record.release))];
  if (lies === null ? manifestDigest(record.release) !== digest : lies.digest !== digest) {
    return { kind: 'refused', problems: [...problems, manifestDiffers(path, digest, lies?.digest ?? null)] };
  }
  // Before the first record of it is kept, only the record has it.
  const made = lies === null ? record.release : parsedRelease(lies.text);
  const differs = made === undefined ? 'something that is no release.json' : difference(made, record);
  if (made === undefined || differs !== undefined) {
    return { kind: 'refused', problems: [...problems, recordDiffers(record, path, differs ?? '')] };
  }
  const where = envelopePath(store, digest);
  const own = await readEnvelopeText(where);
  // One of the same version tells what is another in what lies here now.
  const [alike] = own === null ? await attestationsOf(store, made) : [];
  const verified = verifyAttestation({
    expected: { ...made, releaseJson: digest },
    trust,
    envelope: own ?? alike?.text ?? null,
    where: own === null ? (alike?.path ?? where) : where,
    now: clock.now(),
  });
  if (!verified.ok) return { kind: 'refused', problems: [...problems, ...verified.problems] };
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'attested', attested: verified.value };
}

function parsedRelease(text: string): Release | undefined {
  return releaseSchema.safeParse(parsedJson(text)).data;
}

/**
 * What the record of an environment has otherwise than release.json, which goes through all of them; undefined: nothing. Only the configuration
 * is that of the environment, and the suffix of the version that it may bring. Pure.
 */
function difference(made: Release, record: ReleaseRecord): string | undefined {
  const here = record.release;
  if (made.service !== here.service) return `the service ${here.service}`;
  if (withoutConfiguration(made.version) !== withoutConfiguration(here.version)) return `the version ${here.version}`;
  if (made.commit !== here.commit) return `commit ${here.commit}`;
  if (made.sbom !== here.sbom) return `the bill of materials ${here.sbom ?? 'of nobody'}`;
  const artefacts = ({ artefacts: all }: Release) =>
    all.map(({ name, digest, platform }) => `${name} ${platform} ${digest}`).toSorted();
  const migrations = ({ migrations: all }: Release) => all.map(({ id, sha256 }) => `${id} ${sha256}`);
  return (
    firstOther(artefacts(made), artefacts(here), 'artefacts') ??
    firstOther(migrations(made), migrations(here), 'migrations') ??
    strayUnit(made, record)
  );
}

/** What is installed is what its unit names: that must be an artefact of the release, not only lie beside its list. */
function strayUnit(made: Release, record: ReleaseRecord): string | undefined {
  const stray = specsOf(record).find(
    ({ component, digest }) =>
      !made.artefacts.some(
        ({ name, digest: own }) => own === digest && (name === component || name === imageName(component)),
      ),
  );
  return stray === undefined ? undefined : `${stray.component} with ${stray.digest} to be installed`;
}

function firstOther(made: readonly string[], here: readonly string[], what: string): string | undefined {
  if (made.length !== here.length) return `${here.length} ${what}`;
  return here.find((one, index) => one !== made[index]);
}

function recordDiffers({ environment, release }: ReleaseRecord, path: string, found: string): Problem {
  return {
    code: 'attest.record-differs',
    where: `${release.version} in ${environment}`,
    found,
    expected: `what release.json says: ${path}`,
    remedy: 'restore the state directory from a backup, and find out who has changed it; or build and sign again',
  };
}

/** In a plan: it is signed only when the release is made here. Pure. */
export function isPending(found: Provenance, { config }: Pick<Service, 'config'>): boolean {
  if (found.kind !== 'refused' || config.service.signing === undefined) return false;
  return found.problems.every(({ code }) => code === 'attest.missing');
}
