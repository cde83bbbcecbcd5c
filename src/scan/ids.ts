import { BUILT_IN_IDS } from './builtin/ids.ts';

/** Scanners that are programs of others. */
export const PROGRAM_IDS = [
  'gitleaks',
  'govulncheck',
  'osv-scanner',
  'osv-image',
  'npm-audit',
  'staticcheck',
  'gosec',
  'actionlint',
  'zizmor',
  'shellcheck',
  'hadolint',
  'kube-score',
  'kubeconform',
  'eslint',
  'semgrep',
  'trivy',
  'trivy-dependencies',
  'trivy-image',
  'checkov',
] as const;

export type ProgramId = (typeof PROGRAM_IDS)[number];

/** Names of all scanners, as the configuration and the command line use them: programs of others, and checks of our own. */
export const SCANNER_IDS = [...PROGRAM_IDS, ...BUILT_IN_IDS] as const;

export type ScannerId = (typeof SCANNER_IDS)[number];

/** Those of them that are programs of others. Pure. */
export function programsIn(ids: readonly ScannerId[]): readonly ProgramId[] {
  return PROGRAM_IDS.filter((id) => ids.includes(id));
}

/** Scanners that are used only where the configuration names them: they come with many packages, or need rules of one's own. */
const ASKED_FOR: ReadonlySet<ScannerId> = new Set(['eslint', 'trivy', 'checkov']);

/** How a scanner is used where the configuration says nothing of it. Pure. */
export function unlessSaid(id: ScannerId): 'required' | 'off' {
  return ASKED_FOR.has(id) ? 'off' : 'required';
}
