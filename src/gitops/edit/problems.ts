import type { Problem } from '../../model/problem.ts';

/** Codes of this folder and the exit code of a command that ends with one of them. */
const CODES = {
  'gitops.path': 'usage',
  'gitops.value': 'usage',
  'gitops.document': 'usage',
  'gitops.unreadable-file': 'usage',
  'gitops.unwritable-file': 'usage',
  'gitops.not-utf8': 'refused',
  'gitops.too-large': 'refused',
  'gitops.unreadable': 'refused',
  'gitops.empty': 'refused',
  'gitops.no-such-key': 'refused',
  'gitops.no-such-item': 'refused',
  'gitops.not-a-mapping': 'refused',
  'gitops.not-a-value': 'refused',
  'gitops.two-matches': 'refused',
  'gitops.several-documents': 'refused',
  'gitops.alias': 'refused',
  'gitops.anchor': 'refused',
  'gitops.tag': 'refused',
  'gitops.block': 'refused',
  'gitops.not-exact': 'refused',
  'gitops.changed-meanwhile': 'refused',
  'gitops.image': 'refused',
} as const;

export type EditCode = keyof typeof CODES;

/** A problem of an edit: `where` is `file:line:column` wherever there is one. */
export interface EditProblem extends Problem {
  readonly code: EditCode;
}

/** What a door does about a code of this folder: wrong words of the user, or a file that is left as it is. */
export function editOutcome(code: string): 'usage' | 'refused' | undefined {
  return Object.entries(CODES).find(([known]) => known === code)?.[1];
}
