import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { opaque } from '../../procedure/build.ts';
import { listTree, mapLimited } from '../../procedure/machine/digest.ts';
import { isMissing, replaceFile } from '../../procedure/store.ts';
import type { OpaqueStep, ReadContext } from '../../procedure/tree.ts';
import { commitSeconds, momentOf } from '../commit-time.ts';
import { changedMeanwhile } from '../oci/node.ts';
import type { BuiltStep } from '../oci/types.ts';
import { cycloneDx, SPDX_FILE } from './cyclonedx.ts';
import { goModules } from './go.ts';
import type { Artefact, FileHash, Inventory, Package } from './inventory.ts';
import { npmPackages } from './npm.ts';
import { spdx } from './spdx.ts';

/** The bill of materials of a release: what its artefacts are made of, in two formats. */

export interface ImageName {
  readonly repository: string;
  readonly tag: string;
}

/** Where it is learnt what an artefact has in it. */
export type SbomSource = { readonly name: string; readonly artefact: BuiltStep } & (
  | { readonly kind: 'go' }
  /** @property source directory with package-lock.json, where packages were installed from one; null: none were */
  | { readonly kind: 'static'; readonly source: string | null }
  /** @property of names of the artefacts that are in it; none: it was built elsewhere */
  | ({ readonly kind: 'image'; readonly of: readonly string[] } & ImageName)
);

export interface SbomBuild {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Directory in the repository of the commit, absolute. */
  readonly directory: string;
  readonly sources: readonly SbomSource[];
  /** Directory for bills of materials, absolute; each has a directory of its own, named by its digest. */
  readonly outDir: string;
}

export const sbomSchema = z.strictObject({
  /** `sha256:…` of the CycloneDX document. */
  digest: z.string(),
  path: z.string(),
});

export interface SbomNodes {
  readonly node: OpaqueStep<z.infer<typeof sbomSchema>>;
  /** Its digest, without writing it; null while something is not built. */
  look(ctx: ReadContext): Promise<string | null>;
}

export const CYCLONEDX_FILE = 'sbom.cdx.json';
export { SPDX_FILE };

/** Where the documents of a digest lie. Pure. */
export function sbomDirectory(outDir: string, digest: string): string {
  return join(outDir, digest.replace(/^sha256:/, ''));
}

/** A step that writes the bill of materials; to be run when everything is built. */
export function sbomNode(build: SbomBuild): SbomNodes {
  const { service, version, commit, sources, outDir } = build;
  return {
    node: opaque({
      id: 'sbom',
      title: `Write the bill of materials of ${service} ${version}`,
      inputs: { service, version, commit, artefacts: sources.map(({ name }) => name) },
      promise: `${CYCLONEDX_FILE} (CycloneDX 1.6) and ${SPDX_FILE} (SPDX 2.3) in a directory named by their digest`,
      outputs: sbomSchema,
      run: async (ctx) => {
        const made = (await documentsOf(build, ctx)) ?? changedMeanwhile(service);
        const directory = sbomDirectory(outDir, made.digest);
        // The one that is named in release.json comes last: where it lies, the other lies too.
        await writeOnce(join(directory, SPDX_FILE), made.spdx);
        await writeOnce(join(directory, CYCLONEDX_FILE), made.cyclonedx);
        return { digest: made.digest, path: join(directory, CYCLONEDX_FILE) };
      },
      probe: 'repeatable',
      timeoutMs: 5 * 60_000,
    }),
    look: async (ctx) => (await documentsOf(build, ctx))?.digest ?? null,
  };
}

interface Documents {
  readonly digest: string;
  readonly cyclonedx: string;
  readonly spdx: string;
}

async function documentsOf(build: SbomBuild, ctx: ReadContext): Promise<Documents | null> {
  const inventory = await inventoryOf(build, ctx);
  if (inventory === null) return null;
  const other = spdx(inventory);
  const cyclonedx = cycloneDx(inventory, digestOf(other));
  return { digest: digestOf(cyclonedx), cyclonedx, spdx: other };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function writeOnce(path: string, content: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (there !== content) await replaceFile(path, content, 0o444);
}

/** What a release consists of; null while something is not built. Reads only. */
async function inventoryOf(build: SbomBuild, ctx: ReadContext): Promise<Inventory | null> {
  const { service, version, commit, directory, sources } = build;
  const artefacts: Artefact[] = [];
  for (const source of sources) {
    const { path, digest } = await source.artefact.read(ctx);
    if (digest === null) return null;
    artefacts.push(await artefactOf(source, { path, digest }, artefacts, ctx));
  }
  const created = momentOf(await commitSeconds(directory, commit, ctx));
  return { service, version, commit, created, artefacts: artefacts.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

interface Made {
  readonly path: string;
  readonly digest: string;
}

async function artefactOf(
  source: SbomSource,
  { path, digest }: Made,
  known: readonly Artefact[],
  ctx: ReadContext,
): Promise<Artefact> {
  const { name } = source;
  if (source.kind === 'go') {
    const modules = await goModules(path, ctx.exec, ctx.signal);
    return { name, kind: 'program', digest, purl: null, files: [], ...modules };
  }
  if (source.kind === 'static') {
    const { packages, needs } = await lockedPackages(source.source);
    return { name, kind: 'files', digest, purl: null, files: await filesIn(path), packages, needs };
  }
  const inside = known.filter((one) => source.of.includes(one.name));
  return {
    ...{ name, kind: 'image', digest, purl: ociPurl(source, digest), files: [], packages: [] },
    needs: [...new Set(inside.flatMap((one) => one.needs))].toSorted(),
  };
}

async function lockedPackages(
  source: string | null,
): Promise<{ readonly packages: readonly Package[]; readonly needs: readonly string[] }> {
  if (source === null) return { packages: [], needs: [] };
  const path = join(source, 'package-lock.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  return text === null ? { packages: [], needs: [] } : npmPackages(text, path);
}

const AT_ONCE = 8;

async function filesIn(path: string): Promise<readonly FileHash[]> {
  const entries = (await listTree(path)).filter(({ kind }) => kind === 'f' || kind === 'x');
  return mapLimited(entries, AT_ONCE, async (entry) => {
    const sha1 = createHash('sha1');
    const sha256 = createHash('sha256');
    for await (const chunk of createReadStream(join(path, entry.path))) {
      sha1.update(chunk);
      sha256.update(chunk);
    }
    return { path: entry.path, sha1: sha1.digest('hex'), sha256: sha256.digest('hex') };
  });
}

/** Package URL of an image (purl-spec, type `oci`): named by its digest, found in its repository. Pure. */
export function ociPurl({ repository, tag }: ImageName, digest: string): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return `pkg:oci/${name}@${encodeURIComponent(digest)}?repository_url=${repository}&tag=${encodeURIComponent(tag)}`;
}
