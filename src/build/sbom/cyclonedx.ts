import { uuidOf } from './identity.ts';
import { type Artefact, type Inventory, type Package, packagesOf } from './inventory.ts';
import { licenceExpression } from './licence.ts';
import { SPDX_FILE } from './names.ts';

/**
 * An inventory as CycloneDX 1.6 (ECMA-424), JSON. The same inventory gives the same text. Pure.
 *
 * @param other digest of the same inventory in the other format: who checks this document has checked both
 */
export function cycloneDx(inventory: Inventory, other: string): string {
  const { service, version, commit, created, artefacts } = inventory;
  const packages = packagesOf(inventory);
  const root = `release:${service}@${version}`;
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(inventory)}`,
    version: 1,
    metadata: {
      timestamp: created,
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', name: 'shiplock' }] },
      component: {
        type: 'application',
        'bom-ref': root,
        name: service,
        version,
        externalReferences: [
          {
            type: 'bom',
            url: SPDX_FILE,
            comment: 'the same in SPDX 2.3',
            hashes: [{ alg: 'SHA-256', content: other.replace('sha256:', '') }],
          },
        ],
        properties: [{ name: 'shiplock:commit', value: commit }],
      },
    },
    components: [...artefacts.map((one) => artefactComponent(one, version)), ...packages.map(packageComponent)],
    dependencies: [
      { ref: root, dependsOn: artefacts.map(refOf).toSorted() },
      ...artefacts.map((one) => ({ ref: refOf(one), dependsOn: [...one.needs].toSorted() })),
      ...packages.map(({ purl, needs }) => ({ ref: purl, dependsOn: [...needs].toSorted() })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function refOf({ name }: Artefact): string {
  return `artefact:${name}`;
}

const TYPES = { program: 'application', files: 'data', image: 'container' } as const;

function artefactComponent(one: Artefact, version: string): object {
  const { name, kind, digest, purl, files } = one;
  return {
    type: TYPES[kind],
    'bom-ref': refOf(one),
    name,
    version,
    // Of a directory it is a digest over its files, and not the hash of one: it stands as a property.
    ...(kind === 'files' ? {} : { hashes: [{ alg: 'SHA-256', content: digest.replace('sha256:', '') }] }),
    ...(purl === null ? {} : { purl }),
    properties: [{ name: 'shiplock:digest', value: digest }],
    ...(files.length === 0
      ? {}
      : {
          components: files.map(({ path, sha256 }) => ({
            type: 'file',
            'bom-ref': `file:${name}/${path}`,
            name: path,
            hashes: [{ alg: 'SHA-256', content: sha256 }],
          })),
        }),
  };
}

const SCOPES = { in: 'required', optional: 'optional', build: 'excluded' } as const;

function packageComponent({ purl, name, version, hashes, licence, use, goSum }: Package): object {
  const expression = licence === null ? null : licenceExpression(licence);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    ...(version === '' ? {} : { version }),
    scope: SCOPES[use],
    ...(hashes.length === 0 ? {} : { hashes: hashes.map(({ algorithm, hex }) => ({ alg: algorithm, content: hex })) }),
    ...(licence === null
      ? {}
      : { licenses: expression === null ? [{ license: { name: licence } }] : [{ expression }] }),
    purl,
    ...(goSum === null ? {} : { properties: [{ name: 'shiplock:go:sum', value: goSum }] }),
  };
}
