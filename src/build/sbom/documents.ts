import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesDigest, listTree, mapLimited } from '../../procedure/machine/digest.ts';
import { isMissing } from '../../procedure/store.ts';
import type { ReadContext } from '../../procedure/tree.ts';
import { commitSeconds, momentOf } from '../commit-time.ts';
import { npmLock } from '../frontend/packages.ts';
import { cycloneDx } from './cyclonedx.ts';
import { goModules } from './go.ts';
import type { Artefact, FileHash, Inventory, Package } from './inventory.ts';
import { ociPurl } from './names.ts';
import { npmPackages } from './npm.ts';
import { spdx } from './spdx.ts';
import type { SbomBuild, SbomSource } from './types.ts';

/** The writing of bills of materials: one piece that is loaded when there is one to be written. */

/** A bill of materials in both formats. */
export interface Documents {
  readonly digest: string;
  readonly cyclonedx: string;
  readonly spdx: string;
}

/** What a release consists of, in words of both formats; null while something is not built. Reads only. */
export async function documentsOf(build: SbomBuild, ctx: ReadContext): Promise<Documents | null> {
  const inventory = await inventoryOf(build, ctx);
  if (inventory === null) return null;
  const other = spdx(inventory);
  const cyclonedx = cycloneDx(inventory, bytesDigest(other));
  return { digest: bytesDigest(cyclonedx), cyclonedx, spdx: other };
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
  const name = npmLock(source);
  if (name === undefined) return { packages: [], needs: [] };
  const path = join(source, name);
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
