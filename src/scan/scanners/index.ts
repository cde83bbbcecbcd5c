import type { ProgramId } from '../ids.ts';
import type { Scanner } from '../scanner.ts';
import { actionlint } from './actionlint.ts';
import { checkov } from './checkov.ts';
import { eslint } from './eslint.ts';
import { gitleaks } from './gitleaks.ts';
import { gosec } from './gosec.ts';
import { govulncheck } from './govulncheck.ts';
import { hadolint } from './hadolint.ts';
import { kubeScore } from './kube-score.ts';
import { kubeconform } from './kubeconform.ts';
import { npmAudit } from './npm-audit.ts';
import { osvImage } from './osv-image.ts';
import { osvScanner } from './osv-scanner.ts';
import { semgrep } from './semgrep.ts';
import { shellcheck } from './shellcheck.ts';
import { staticcheck } from './staticcheck.ts';
import { trivy } from './trivy.ts';
import { trivyDependencies } from './trivy-dependencies.ts';
import { trivyImage } from './trivy-image.ts';
import { zizmor } from './zizmor.ts';

/** All scanners that are programs of others, by their names. */
export const scanners: Readonly<Record<ProgramId, Scanner>> = {
  gitleaks,
  govulncheck,
  'osv-scanner': osvScanner,
  'osv-image': osvImage,
  'npm-audit': npmAudit,
  staticcheck,
  gosec,
  actionlint,
  zizmor,
  shellcheck,
  hadolint,
  'kube-score': kubeScore,
  kubeconform,
  eslint,
  semgrep,
  trivy,
  'trivy-dependencies': trivyDependencies,
  'trivy-image': trivyImage,
  checkov,
};
