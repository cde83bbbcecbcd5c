import type { ProgramId } from '../ids.ts';
import type { Scanner } from '../scanner.ts';
import { actionlint } from './actionlint.ts';
import { gitleaks } from './gitleaks.ts';
import { gosec } from './gosec.ts';
import { govulncheck } from './govulncheck.ts';
import { hadolint } from './hadolint.ts';
import { kubeScore } from './kube-score.ts';
import { shellcheck } from './shellcheck.ts';
import { staticcheck } from './staticcheck.ts';
import { zizmor } from './zizmor.ts';

/** All scanners that are programs of others, by their names. */
export const scanners: Readonly<Record<ProgramId, Scanner>> = {
  gitleaks,
  govulncheck,
  staticcheck,
  gosec,
  actionlint,
  zizmor,
  shellcheck,
  hadolint,
  'kube-score': kubeScore,
};
