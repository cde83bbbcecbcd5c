import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildFacts } from '../../../src/build/attest/index.ts';
import { CYCLONEDX_FILE, releaseJson, sbomDirectory } from '../../../src/build/index.ts';
import type { UnitSpec } from '../../../src/model/platform.ts';
import type { Release } from '../../../src/model/release.ts';
import { artefactDigest } from '../../../src/procedure/machine/digest.ts';
import { artefactProblems, isReference } from '../../../src/release/attest/artefacts.ts';
import { provenanceProblems } from '../../../src/release/attest/ask.ts';
import { envelopePath, provenanceOf } from '../../../src/release/attest/check.ts';
import { provenanceText } from '../../../src/release/attest/step.ts';
import { manifestDigest, manifestPath, PLANNED } from '../../../src/release/promotion/manifest.ts';
import type { ReleaseRecord } from '../../../src/release/record.ts';
import { COMMIT, FACTS, NOW, p256, payloadOf, sha, signedPayload, trusted } from '../../build/attest/sample.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** A release in a state directory, byte by byte: whatever is changed in it is refused before anything else happens. */

const key = p256();
/** A file that somebody has laid there, with its true digest. */
const evil = (component: string): UnitSpec => {
  writeFileSync(join(dir, 'artefacts/evil'), 'evil');
  const digest = createHash('sha256').update('evil').digest('hex');
  return spec(component, `sha256:${digest}`, join(dir, 'artefacts/evil'));
};
const trust = { keys: [trusted('builder', key)], maxAgeMs: null };
let dir = '';
let record: ReleaseRecord;
let facts: BuildFacts;

const BILL = '{"bomFormat":"CycloneDX"}';
const SBOM = `sha256:${createHash('sha256').update(BILL).digest('hex')}`;
const sbomFile = (): string => join(sbomDirectory(join(dir, 'sboms'), SBOM), CYCLONEDX_FILE);

const spec = (component: string, digest: string, artefact: string): UnitSpec => ({
  component,
  version: '1.4.0',
  digest,
  artefact,
  command: [],
  env: {},
  replicas: 1,
  readyPath: '/',
  livePath: '/',
  startTimeoutMs: 1000,
  stopTimeoutMs: 1000,
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-attest-'));
  mkdirSync(join(dir, 'artefacts/site/css'), { recursive: true });
  writeFileSync(join(dir, 'artefacts/api'), 'the program');
  chmodSync(join(dir, 'artefacts/api'), 0o755);
  writeFileSync(join(dir, 'artefacts/site/index.html'), '<h1>shop</h1>');
  writeFileSync(join(dir, 'artefacts/site/css/a.css'), 'h1 {}');
  const api = spec('api', await artefactDigest(join(dir, 'artefacts/api')), join(dir, 'artefacts/api'));
  const site = spec('site', await artefactDigest(join(dir, 'artefacts/site')), join(dir, 'artefacts/site'));
  const release: Release = {
    formatVersion: 1,
    service: 'shop',
    version: '1.4.0',
    commit: COMMIT,
    artefacts: [
      { name: 'api', digest: api.digest, platform: 'linux/amd64' },
      { name: 'site', digest: site.digest, platform: 'any' },
      { name: 'api/image', digest: sha('7'), platform: 'any' },
    ],
    sbom: SBOM,
    configHash: sha('f'),
    migrations: [{ id: '0001_a', sha256: 'a'.repeat(64), phase: 'expand' }],
  };
  const manifest = manifestDigest(release);
  record = {
    formatVersion: 1,
    environment: 'production',
    release,
    unit: api,
    files: [site],
    schema: 'empty',
    manifest,
  };
  mkdirSync(join(dir, 'manifests'));
  mkdirSync(dirname(sbomFile()), { recursive: true });
  writeFileSync(sbomFile(), BILL);
  writeFileSync(manifestPath(dir, manifest), releaseJson(release));
  facts = {
    ...FACTS,
    releaseJson: manifest,
    artefacts: [
      { name: 'api', digest: api.digest, of: 'bytes' },
      { name: 'site', digest: site.digest, of: 'tree' },
      { name: 'api/image', digest: sha('7'), of: 'bytes' },
    ],
    sbom: SBOM,
  };
  writeFileSync(envelopePath(dir, manifest), signedPayload(payloadOf(facts), key));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const service = () => ({ store: dir, clock: virtualClock(NOW) });
const codes = async (of: ReleaseRecord = record): Promise<readonly string[]> => {
  const found = await provenanceOf(service(), of, trust);
  return found.kind === 'refused' ? found.problems.map(({ code }) => code) : [found.kind];
};
const release = (more: Partial<Release>): ReleaseRecord => ({ ...record, release: { ...record.release, ...more } });

describe('a release in the state directory', () => {
  test('is what was signed, in its first environment and in a later one', async () => {
    const found = await provenanceOf(service(), record, trust);
    expect(found).toMatchObject({ kind: 'attested', attested: { signer: 'builder' } });
    if (found.kind !== 'refused') expect(provenanceText(found)).toContain('signed by builder');
    expect(await codes(release({ version: '1.4.0+config.0123abcd', configHash: sha('9') }))).toEqual(['attested']);
  });

  test.each<[string, string, () => void]>([
    [
      'other bytes in a program',
      'release.artefact-differs',
      () => writeFileSync(join(dir, 'artefacts/api'), 'another'),
    ],
    ['a program that may not be started', 'attested', () => chmodSync(join(dir, 'artefacts/api'), 0o644)],
    ['a file more', 'release.artefact-differs', () => writeFileSync(join(dir, 'artefacts/site/x.js'), 'alert(1)')],
    ['a file less', 'release.artefact-differs', () => rmSync(join(dir, 'artefacts/site/css/a.css'))],
    [
      'a file in the place of a directory',
      'release.artefact-differs',
      () => {
        rmSync(join(dir, 'artefacts/site'), { recursive: true });
        writeFileSync(join(dir, 'artefacts/site'), '');
      },
    ],
    [
      'another release.json',
      'release.manifest-differs',
      () =>
        writeFileSync(
          manifestPath(dir, record.manifest ?? ''),
          releaseJson({ ...record.release, commit: COMMIT.replace('c', 'd') }),
        ),
    ],
    ['a bill of materials that is another', 'release.sbom-differs', () => writeFileSync(sbomFile(), '{}')],
    ['a bill of materials that does not lie here', 'attested', () => rmSync(sbomFile())],
    ['an envelope that is gone', 'attest.missing', () => rmSync(envelopePath(dir, record.manifest ?? ''))],
    [
      'the envelope of another release',
      'attest.replayed',
      () =>
        writeFileSync(
          envelopePath(dir, record.manifest ?? ''),
          signedPayload(payloadOf({ ...FACTS, version: '1.3.0' }), key),
        ),
    ],
    [
      'an envelope of the same version, of other artefacts',
      'attest.other-artefact',
      () => writeFileSync(envelopePath(dir, record.manifest ?? ''), signedPayload(payloadOf(), key)),
    ],
    [
      'an envelope of the same version, of another release.json',
      'attest.other-release',
      () =>
        writeFileSync(
          envelopePath(dir, record.manifest ?? ''),
          signedPayload(payloadOf({ ...facts, releaseJson: sha('9') }), key),
        ),
    ],
    [
      'an envelope that lies under the name of another release.json',
      'attest.other-release',
      () => {
        writeFileSync(envelopePath(dir, sha('9')), signedPayload(payloadOf({ ...facts, releaseJson: sha('9') }), key));
        rmSync(envelopePath(dir, record.manifest ?? ''));
      },
    ],
  ])('%s: %s', async (_name, code, change) => {
    change();
    expect(await codes()).toEqual([code]);
  });

  test.each<[string, string, () => ReleaseRecord]>([
    [
      'a record that names another commit',
      'attest.record-differs',
      () => release({ commit: COMMIT.replace('c', 'd') }),
    ],
    ['a record of another service', 'attest.record-differs', () => release({ service: 'pay' })],
    ['a record of another version', 'attest.record-differs', () => release({ version: '1.4.1' })],
    [
      'a record with a migration more',
      'attest.record-differs',
      () =>
        release({
          migrations: [...record.release.migrations, { id: '0002_b', sha256: 'b'.repeat(64), phase: 'contract' }],
        }),
    ],
    [
      'a record that installs something else than its release names',
      'attest.record-differs',
      () => ({ ...record, files: [evil('site')] }),
    ],
    [
      'a record that installs something more',
      'attest.record-differs',
      () => ({ ...record, files: [...record.files, evil('evil')] }),
    ],
    [
      'a record with an artefact less',
      'attest.record-differs',
      () => release({ artefacts: record.release.artefacts.slice(1) }),
    ],
    ['a record with another bill of materials', 'attest.record-differs', () => release({ sbom: sha('9') })],
    [
      'a record of a cluster that runs the image of a program',
      'attested',
      () => ({ ...record, unit: spec('api', sha('7'), `registry.example.com/shop/api@${sha('7')}`) }),
    ],
    [
      'a record of a cluster that runs another image',
      'attest.record-differs',
      () => ({ ...record, unit: spec('api', sha('8'), `registry.example.com/shop/api@${sha('8')}`) }),
    ],
    [
      'a record of before there were digests of release.json',
      'attested',
      () => {
        const { manifest: _, ...old } = record;
        return old;
      },
    ],
    ['a plan that knows no digest yet', 'pending', () => ({ ...record, manifest: PLANNED })],
  ])('%s: %s', async (_name, code, other) => {
    expect(await codes(other())).toEqual([code]);
  });

  test('whose release.json was written anew, with a record and a file that name it, is not what was signed', async () => {
    const files = [evil('site')];
    const made = {
      ...record.release,
      artefacts: record.release.artefacts.map((one) =>
        one.name === 'site' ? { ...one, digest: files[0]?.digest ?? '' } : one,
      ),
    };
    const manifest = manifestDigest(made);
    writeFileSync(manifestPath(dir, manifest), releaseJson(made));
    writeFileSync(envelopePath(dir, manifest), readFileSync(envelopePath(dir, record.manifest ?? '')));
    expect(await codes({ ...record, release: made, files, manifest })).toEqual(['attest.other-artefact']);
  });

  test('with any one byte changed, in an artefact, in release.json or in the attestation, is refused', async () => {
    const files = [
      join(dir, 'artefacts/api'),
      join(dir, 'artefacts/site/index.html'),
      join(dir, 'artefacts/site/css/a.css'),
      manifestPath(dir, record.manifest ?? ''),
      envelopePath(dir, record.manifest ?? ''),
    ].map((path) => ({ path, bytes: readFileSync(path) }));
    const places = files.flatMap((file) => Array.from({ length: file.bytes.length }, (_, at) => ({ ...file, at })));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.integer({ min: 1, max: 255 }),
        async ({ path, bytes, at }, flip) => {
          const other = Buffer.from(bytes);
          other[at] = (other[at] ?? 0) ^ flip;
          chmodSync(path, 0o755);
          writeFileSync(path, other);
          try {
            expect((await provenanceOf(service(), record, trust)).kind).toBe('refused');
          } finally {
            writeFileSync(path, bytes);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('that lies on another machine is not missed, where it need not lie here', async () => {
    rmSync(join(dir, 'artefacts'), { recursive: true });
    expect(await codes()).toEqual(['attested']);
    const asking = { ...service(), trust };
    expect((await provenanceProblems(asking, record, 'refused')).map(({ code }) => code)).toEqual([
      'release.artefact-differs',
      'release.artefact-differs',
    ]);
    expect(await provenanceProblems({ ...service(), trust: null }, release({ service: 'pay' }))).toEqual([]);
  });
});

test('an image is named by its digest: whoever pulls it compares the bytes', async () => {
  const image = spec('api', sha('7'), `registry.example.com/shop/api@${sha('7')}`);
  expect(isReference(image)).toBe(true);
  expect(isReference({ ...image, digest: sha('8') })).toBe(false);
  expect(await artefactProblems({ unit: image, files: [] })).toEqual([]);
});
