/** Names of the scanners, as the configuration and the command line use them. */
export const SCANNER_IDS = [
  'gitleaks',
  'govulncheck',
  'staticcheck',
  'gosec',
  'actionlint',
  'zizmor',
  'shellcheck',
  'hadolint',
  'kube-score',
] as const;

export type ScannerId = (typeof SCANNER_IDS)[number];
