import { createHash } from 'node:crypto';
import { sha256 } from '../../procedure/journal/canonical.ts';
import { uuidOf } from './identity.ts';
import { type Artefact, type Inventory, type Package, packagesOf } from './inventory.ts';
import { licenceExpression } from './licence.ts';

/** An inventory as SPDX 2.3 (the version before it is ISO/IEC 5962:2021), JSON. The same inventory gives the same text. Pure. */
export function spdx(inventory: Inventory): string {
  const { service, version, created, artefacts } = inventory;
  const packages = packagesOf(inventory);
  const uses: Uses = new Map(packages.map(({ purl, use }) => [purl, use]));
  const name = `${service}-${version}`;
  const root = 'SPDXRef-Release';
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(name)}-${uuidOf(inventory)}`,
    creationInfo: { created, creators: ['Tool: shiplock'] },
    packages: [
      releasePackage(inventory, root),
      ...artefacts.map((one) => artefactPackage(one, version)),
      ...packages.map(packageOf),
    ],
    ...(artefacts.every(({ files }) => files.length === 0) ? {} : { files: artefacts.flatMap(filesOf) }),
    relationships: [
      relation('SPDXRef-DOCUMENT', 'DESCRIBES', root),
      ...artefacts.map((one) => relation(root, 'CONTAINS', artefactId(one))),
      ...artefacts.flatMap((one) =>
        one.files.map(({ path }) => relation(artefactId(one), 'CONTAINS', fileId(one, path))),
      ),
      ...artefacts.flatMap((one) => one.needs.map((purl) => needed(uses, artefactId(one), purl))),
      ...packages.flatMap((one) => one.needs.map((purl) => needed(uses, idOf('Package', one.purl), purl))),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function releasePackage({ service, version, commit }: Inventory, id: string): object {
  return {
    SPDXID: id,
    name: service,
    versionInfo: version,
    ...UNKNOWN,
    filesAnalyzed: false,
    primaryPackagePurpose: 'APPLICATION',
    sourceInfo: `commit ${commit}`,
  };
}

/** What nobody here knows is said to be unknown: an empty field would be a claim. */
const UNKNOWN = {
  downloadLocation: 'NOASSERTION',
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const;

const PURPOSES = { program: 'APPLICATION', files: 'ARCHIVE', image: 'CONTAINER' } as const;

function artefactPackage(one: Artefact, version: string): object {
  const { name, kind, digest, purl, files } = one;
  return {
    SPDXID: artefactId(one),
    name,
    versionInfo: version,
    ...UNKNOWN,
    ...(files.length === 0
      ? { filesAnalyzed: false }
      : {
          filesAnalyzed: true,
          packageVerificationCode: { packageVerificationCodeValue: verificationCode(files) },
          licenseInfoFromFiles: ['NOASSERTION'],
        }),
    primaryPackagePurpose: PURPOSES[kind],
    ...(kind === 'files'
      ? { comment: `digest over its files: ${digest}` }
      : { checksums: [{ algorithm: 'SHA256', checksumValue: digest.replace('sha256:', '') }] }),
    ...(purl === null ? {} : references(purl)),
  };
}

/** SHA-1 over the sorted SHA-1s of the files (SPDX specification 2.3, 7.9). */
function verificationCode(files: Artefact['files']): string {
  const sums = files.map(({ sha1 }) => sha1).toSorted();
  return createHash('sha1').update(sums.join('')).digest('hex');
}

function packageOf({ purl, name, version, hashes, licence, goSum }: Package): object {
  const expression = licence === null ? null : licenceExpression(licence);
  return {
    SPDXID: idOf('Package', purl),
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    ...UNKNOWN,
    ...(expression === null ? {} : { licenseDeclared: expression }),
    ...(licence !== null && expression === null ? { licenseComments: `the package says: ${licence}` } : {}),
    filesAnalyzed: false,
    primaryPackagePurpose: 'LIBRARY',
    ...(hashes.length === 0
      ? {}
      : { checksums: hashes.map((one) => ({ algorithm: one.algorithm.replace('-', ''), checksumValue: one.hex })) }),
    ...(goSum === null ? {} : { comment: `checksum of the module as go.sum has it: ${goSum}` }),
    ...references(purl),
  };
}

function references(purl: string): object {
  return {
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

function filesOf(one: Artefact): readonly object[] {
  return one.files.map(({ path, sha1, sha256 }) => ({
    SPDXID: fileId(one, path),
    fileName: `./${path}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: sha1 },
      { algorithm: 'SHA256', checksumValue: sha256 },
    ],
    licenseConcluded: 'NOASSERTION',
    licenseInfoInFiles: ['NOASSERTION'],
    copyrightText: 'NOASSERTION',
  }));
}

function artefactId({ name }: Artefact): string {
  return idOf('Artefact', name);
}

function fileId({ name }: Artefact, path: string): string {
  return idOf('File', `${name}/${path}`);
}

/** Identifiers may have letters, digits, dots and dashes only; the digits at the end keep names apart that differ in other signs. */
function idOf(kind: string, name: string): string {
  const digits = sha256(name).slice(0, 12);
  return `SPDXRef-${kind}-${name.replaceAll(/[^A-Za-z0-9.]+/g, '-').slice(-60)}-${digits}`;
}

function relation(from: string, type: string, to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

type Uses = ReadonlyMap<string, Package['use']>;

function needed(uses: Uses, from: string, purl: string): object {
  const use = uses.get(purl);
  const to = idOf('Package', purl);
  // The other direction, since the specification has no word for it in this one.
  if (use === 'build') return relation(to, 'DEV_DEPENDENCY_OF', from);
  if (use === 'optional') return relation(to, 'OPTIONAL_DEPENDENCY_OF', from);
  return relation(from, 'DEPENDS_ON', to);
}
