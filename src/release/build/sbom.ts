import { join } from 'node:path';
import { z } from 'zod';
import { CYCLONEDX_FILE, SPDX_FILE, sbomDirectory } from '../../build/index.ts';
import { ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { readDigested } from '../promotion/manifest.ts';
import { liveVersion, readEnvironmentRecord, readReleaseRecord } from '../record.ts';
import { sbomDiffers, sbomsDirectory } from './beside.ts';

export type SbomFormat = 'cyclonedx' | 'spdx';

export interface ReleaseSbom {
  readonly version: string;
  /** Of the CycloneDX document, as release.json names it. */
  readonly digest: string;
  /** The document that was asked for, as it was written. */
  readonly text: string;
}

/**
 * The bill of materials of a release, checked against the digest in its release.json: the CycloneDX document by that digest, the SPDX one
 * by the digest that the CycloneDX document has of it.
 *
 * @param version undefined: what serves
 * @throws ProblemError when there is none, or it is not as it was written
 */
export async function releaseSbom(
  { store, environment }: Pick<ServiceEnvironment, 'store' | 'environment'>,
  version: string | undefined,
  format: SbomFormat,
): Promise<ReleaseSbom> {
  const name = environment.environment;
  const live = liveVersion(await readEnvironmentRecord(store, name, environment.service));
  const wanted = version ?? live;
  const record = wanted === null ? null : await readReleaseRecord(store, name, wanted);
  if (wanted === null || record === null) throw noRelease(name, wanted);
  const digest = record.release.sbom;
  if (digest === undefined) throw noSbom(wanted);
  const directory = sbomDirectory(sbomsDirectory(store), digest);
  const cyclonedx = await checked(join(directory, CYCLONEDX_FILE), digest);
  const text = format === 'cyclonedx' ? cyclonedx : await checked(join(directory, SPDX_FILE), otherDigest(cyclonedx));
  return { version: wanted, digest, text };
}

const otherSchema = z.object({
  metadata: z.object({
    component: z.object({
      externalReferences: z.array(z.object({ url: z.string(), hashes: z.array(z.object({ content: z.string() })) })),
    }),
  }),
});

function otherDigest(cyclonedx: string): string {
  const { metadata } = otherSchema.parse(JSON.parse(cyclonedx));
  const reference = metadata.component.externalReferences.find(({ url }) => url === SPDX_FILE);
  return `sha256:${reference?.hashes[0]?.content ?? ''}`;
}

async function checked(path: string, digest: string): Promise<string> {
  const found = await readDigested(path);
  if (found?.digest === digest) return found.text;
  throw new ProblemError(sbomDiffers(path, digest, found?.digest ?? 'nothing'));
}

function noRelease(environment: string, version: string | null): ProblemError {
  return new ProblemError({
    code: 'release.unknown-version',
    where: environment,
    found: version === null ? 'nothing serves' : `no record of ${version}`,
    expected: 'a release that this state directory has a record of',
    remedy: 'shiplock status names what serves; --state names another state directory',
  });
}

function noSbom(version: string): ProblemError {
  return new ProblemError({
    code: 'release.no-sbom',
    where: version,
    found: 'a release without a bill of materials',
    expected: 'one that was built by a version of this program that writes them',
    remedy: 'release again: the next release has one',
  });
}
