import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cycloneDx } from '../../../src/build/sbom/cyclonedx.ts';
import { uuidOf } from '../../../src/build/sbom/identity.ts';
import { type Inventory, type Package, packagesOf } from '../../../src/build/sbom/inventory.ts';
import { ociPurl } from '../../../src/build/sbom/names.ts';
import { spdx } from '../../../src/build/sbom/spdx.ts';

const pack = (name: string, more: Partial<Package> = {}): Package => ({
  ...{
    purl: `pkg:npm/${name}@1.0.0`,
    name,
    version: '1.0.0',
    hashes: [],
    licence: null,
    use: 'in',
    goSum: null,
    needs: [],
  },
  ...more,
});
const inventory: Inventory = {
  ...{ service: 'shop', version: '1.2.0', commit: 'c'.repeat(40), created: '2026-11-22T00:00:00Z' },
  artefacts: [
    {
      ...{ name: 'api', kind: 'program', digest: `sha256:${'1'.repeat(64)}`, purl: null, files: [] },
      ...{ packages: [pack('a', { use: 'build' })], needs: ['pkg:npm/a@1.0.0'] },
    },
    {
      ...{ name: 'www', kind: 'files', digest: `sha256:${'2'.repeat(64)}`, purl: null },
      files: [{ path: 'a b/ü.html', sha1: '3'.repeat(40), sha256: '4'.repeat(64) }],
      packages: [
        pack('a', { licence: 'MIT', needs: ['pkg:npm/b@1.0.0'] }),
        pack('b', { use: 'build', licence: 'SEE LICENSE IN x' }),
        pack('o', { use: 'optional' }),
      ],
      needs: ['pkg:npm/a@1.0.0', 'pkg:npm/o@1.0.0'],
    },
  ],
};
const OTHER = `sha256:${'5'.repeat(64)}`;

const cdxSchema = z.object({
  serialNumber: z.string(),
  components: z.array(z.looseObject({ 'bom-ref': z.string() })),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
const spdxSchema = z.object({
  packages: z.array(z.looseObject({ SPDXID: z.string() })),
  files: z.array(z.looseObject({ SPDXID: z.string() })),
  relationships: z.array(
    z.object({ spdxElementId: z.string(), relationshipType: z.string(), relatedSpdxElement: z.string() }),
  ),
});

describe('an inventory', () => {
  it('has a package once: as what it is there for most', () => {
    expect(packagesOf(inventory).map(({ purl, use }) => [purl, use])).toEqual([
      ['pkg:npm/a@1.0.0', 'in'],
      ['pkg:npm/b@1.0.0', 'build'],
      ['pkg:npm/o@1.0.0', 'optional'],
    ]);
  });

  it('has a name that follows from its content, of the form of RFC 9562', () => {
    expect(uuidOf(inventory)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf({ ...inventory, version: '1.2.1' })).not.toBe(uuidOf(inventory));
  });
});

describe('CycloneDX', () => {
  const text = cycloneDx(inventory, OTHER);
  const document = cdxSchema.parse(JSON.parse(text));

  it('says the same each time, and names the other document', () => {
    expect(cycloneDx(structuredClone(inventory), OTHER)).toBe(text);
    expect(text).toContain(OTHER.replace('sha256:', ''));
  });

  it('names nothing that is not there, and nothing twice', () => {
    const refs = document.components.map((one) => one['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const known = new Set([...refs, 'release:shop@1.2.0']);
    for (const { ref, dependsOn } of document.dependencies)
      for (const one of [ref, ...dependsOn]) expect(known).toContain(one);
  });

  it('claims a licence only where the package names one that is known', () => {
    const find = (ref: string) => document.components.find((one) => one['bom-ref'] === ref);
    expect(find('pkg:npm/a@1.0.0')).toMatchObject({ licenses: [{ expression: 'MIT' }], scope: 'required' });
    expect(find('pkg:npm/b@1.0.0')).toMatchObject({
      licenses: [{ license: { name: 'SEE LICENSE IN x' } }],
      scope: 'excluded',
    });
    expect(find('pkg:npm/o@1.0.0')).not.toHaveProperty('licenses');
  });
});

describe('SPDX', () => {
  const document = spdxSchema.parse(JSON.parse(spdx(inventory)));

  it('has identifiers of the signs that are allowed, each once, and relations between them alone', () => {
    const ids = [...document.packages, ...document.files].map(({ SPDXID }) => SPDXID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
    const known = new Set([...ids, 'SPDXRef-DOCUMENT']);
    for (const { spdxElementId, relatedSpdxElement } of document.relationships) {
      expect(known).toContain(spdxElementId);
      expect(known).toContain(relatedSpdxElement);
    }
  });

  it('tells what is only needed to build', () => {
    const types = document.relationships.map(({ relationshipType }) => relationshipType);
    expect(types.filter((one) => one === 'DEV_DEPENDENCY_OF')).toHaveLength(1);
    expect(types.filter((one) => one === 'OPTIONAL_DEPENDENCY_OF')).toHaveLength(1);
    expect(types.filter((one) => one === 'DEPENDS_ON')).toHaveLength(2);
  });
});

it('an image is named by its digest and found in its repository', () => {
  expect(ociPurl({ repository: 'r.example.com:5000/shop/api', tag: '1.0' }, OTHER)).toBe(
    `pkg:oci/api@sha256%3A${'5'.repeat(64)}?repository_url=r.example.com:5000/shop/api&tag=1.0`,
  );
});
