import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { opaque } from '../../procedure/build.ts';
import { isMissing, replaceFile } from '../../procedure/store.ts';
import type { OpaqueStep, ReadContext } from '../../procedure/tree.ts';
import { changedMeanwhile } from '../oci/node.ts';
import { CYCLONEDX_FILE, SPDX_FILE, sbomDirectory } from './names.ts';
import type { SbomBuild } from './types.ts';

/** The bill of materials of a release: what its artefacts are made of, in two formats. What writes it is loaded when there is one to be written. */

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
        const { documentsOf } = await import('./documents.ts');
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
    look: async (ctx) => (await (await import('./documents.ts')).documentsOf(build, ctx))?.digest ?? null,
  };
}

async function writeOnce(path: string, content: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (there !== content) await replaceFile(path, content, 0o444);
}
