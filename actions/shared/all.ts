import { argocdWait } from '../argocd-wait/definition.ts';
import { buildApi } from '../build-api/definition.ts';
import { buildClient } from '../build-client/definition.ts';
import { buildFrontend } from '../build-frontend/definition.ts';
import { chatops } from '../chatops/definition.ts';
import { dataReset } from '../data-reset/definition.ts';
import { drift } from '../drift/definition.ts';
import { gitopsCommit } from '../gitops-commit/definition.ts';
import { migrate } from '../migrate/definition.ts';
import { promote } from '../promote/definition.ts';
import { releaseNotes } from '../release-notes/definition.ts';
import { report } from '../report/definition.ts';
import { rollback } from '../rollback/definition.ts';
import { rollout } from '../rollout/definition.ts';
import { runbook } from '../runbook/definition.ts';
import { securityScan } from '../security-scan/definition.ts';
import { setupShiplock } from '../setup-shiplock/definition.ts';
import type { Definition } from './define.ts';

/** Every action, in the order in which a pipeline uses them. */
export const actions: readonly Definition[] = [
  setupShiplock,
  buildApi,
  buildFrontend,
  securityScan,
  buildClient,
  migrate,
  dataReset,
  releaseNotes,
  rollout,
  promote,
  rollback,
  runbook,
  gitopsCommit,
  argocdWait,
  drift,
  report,
  chatops,
];
