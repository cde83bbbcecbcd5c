import type { UnitSpec } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import { artefactDigest } from '../../procedure/machine/digest.ts';
import type { ReleaseRecord } from '../record.ts';

/** The bytes of a release, where they lie before they are installed. */

export function specsOf({ unit, files }: Pick<ReleaseRecord, 'unit' | 'files'>): readonly UnitSpec[] {
  return [...(unit === null ? [] : [unit]), ...files];
}

/** An image is pulled by its digest by whoever runs it, who compares every byte; nothing of it lies here. Pure. */
export function isReference({ artefact, digest }: Pick<UnitSpec, 'artefact' | 'digest'>): boolean {
  return artefact.endsWith(`@${digest}`);
}

/**
 * Every artefact is there, with the bytes that were released; computed now, from the bytes.
 *
 * @param missing what one is that is not there: on another machine than the one that built it, what was installed has been compared there
 */
export async function artefactProblems(
  record: Pick<ReleaseRecord, 'unit' | 'files'>,
  missing: 'refused' | 'let-pass' = 'refused',
): Promise<readonly Problem[]> {
  const looked = await Promise.all(
    specsOf(record)
      .filter((spec) => !isReference(spec))
      .map(async ({ component, artefact, digest }) => {
        const found = await artefactDigest(artefact).catch(() => null);
        if (found === digest || (found === null && missing === 'let-pass')) return [];
        return [artefactDiffers(component, artefact, digest, found)];
      }),
  );
  return looked.flat();
}

function artefactDiffers(component: string, path: string, digest: string, found: string | null): Problem {
  return {
    code: 'release.artefact-differs',
    where: `${component}: ${path}`,
    found: found ?? 'nothing',
    expected: `${digest}, as it was released`,
    remedy: 'restore it from a backup of the state directory; a release is never built again under the same name',
  };
}
