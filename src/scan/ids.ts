/** Names of the scanners, as the configuration and the command line use them. */
export const SCANNER_IDS = [
  'gitleaks',
  'govulncheck',
  'osv-scanner',
  'npm-audit',
  'staticcheck',
  'gosec',
  'actionlint',
  'zizmor',
  'shellcheck',
  'hadolint',
  'kube-score',
  'kubeconform',
] as const;

export type ScannerId = (typeof SCANNER_IDS)[number];
