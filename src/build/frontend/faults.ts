import type { Problem } from '../../model/problem.ts';
import type { PageFault, WebFiles } from '../../model/web-files.ts';
import type { CspConfig } from './config.ts';

/** What the pages hold that would break under the policy, or is broken already. Pure. */

export interface JudgedFaults {
  /** With these nothing is released. */
  readonly problems: readonly Problem[];
  /** What somebody should know, one line each. */
  readonly notes: readonly string[];
}

/** @param where directory of the files, for places */
export function judgeFaults(files: WebFiles, csp: CspConfig | null, where: string): JudgedFaults {
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [page, { faults }] of Object.entries(files.pages)) {
    for (const fault of faults) {
      const at = `${where}/${page}:${fault.line}:${fault.column}`;
      const problem = problemOf(fault, at, csp);
      if (problem === null) notes.push(noteOf(fault, `${page}:${fault.line}:${fault.column}`));
      else problems.push(problem);
    }
  }
  return { problems, notes };
}

function problemOf({ kind, what }: PageFault, where: string, csp: CspConfig | null): Problem | null {
  if (kind === 'wrong-integrity') {
    return {
      code: 'build.wrong-integrity',
      where,
      found: `\`integrity\` that is not of the content of ${what}`,
      expected: 'the hash of the file as it was built: browsers refuse the file otherwise',
      remedy: 'leave `integrity` to this build, or make it after the last step that changes the file',
    };
  }
  if (kind === 'missing' || csp?.mode !== 'enforce') return null;
  if (kind === 'foreign') {
    return {
      code: 'build.foreign-code',
      where,
      found: `code from ${what}, which the policy does not allow`,
      expected: 'code of the own origin, or of a source in `csp.sources`',
      remedy:
        'bring the file along with the frontend, or name its origin in `script-src` or `style-src` of `csp.sources`',
    };
  }
  return {
    code: 'build.inline-code',
    where,
    found: what,
    expected: 'no code in attributes: a policy can allow it only together with what an attacker puts in',
    remedy:
      kind === 'inline-style'
        ? 'use a class and a style file, or set the style from a script'
        : 'register a listener in a script (`addEventListener`)',
  };
}

function noteOf({ kind, what }: PageFault, at: string): string {
  if (kind === 'missing') return `${at} loads ${what}, which is not among the files`;
  return `${at} has ${what}, which the policy will refuse once it is enforced`;
}
