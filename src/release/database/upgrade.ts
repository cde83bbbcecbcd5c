import { versionText } from '../../database/index.ts';
import { gate, type Node, type RunResult, sequence } from '../../procedure/index.ts';
import { refreshStep, startNode, stopNode, stoppedWatch } from '../../system/index.ts';
import type { Doors } from '../../traffic/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { closeNode, maintenanceOf, openNode } from '../upkeep/maintenance.ts';
import type { ServerUpgrade } from './upgrade-case.ts';
import { aloneWatch, backupStep, packagesStep, plannedStep, serverStep } from './upgrade-checks.ts';
import { againStep, tablesStep, upStep, worksWatch } from './upgrade-start.ts';
import { contentStep, downStep, keepStep, setStep, type Verified, verifyStep } from './upgrade-steps.ts';

/** The server of a database brought to a newer version: looked at, users shut out, stopped cleanly, changed, compared, inspected, users let in. */

export interface ServerUpgradeNodes {
  readonly root: Node;
  told(outputs: RunResult['outputs']): {
    readonly from: string;
    readonly to: string;
    readonly verified: Verified | undefined;
  } | null;
}

/**
 * The tree. What fails before `down` has changed nothing of the server; behind it nothing is undone, since packages are no way back once data was
 * opened: users stay shut out, and the message names the restore.
 */
export function serverUpgradeNodes(upgrade: ServerUpgrade): ServerUpgradeNodes {
  const { asked, service, system, target, on, host, users } = upgrade;
  const { doors } = service.target;
  const packages = packagesStep(upgrade);
  const server = serverStep(upgrade, packages);
  const before = contentStep(upgrade);
  const verified = verifyStep(upgrade, server, before);
  const prepare = system.prepareHosts([
    ...new Set([on.host, ...users.flatMap((one) => one.on.map((each) => each.host))]),
  ]);
  const slow = { ...target, stopMs: asked.stopMs };
  // Looks need nothing of ours on the host, but for the one of apt at its sources.
  const laid = prepare === null ? [] : [prepare];
  const steps: readonly Node[] = [
    ...(asked.refresh ? [...laid, sequence({ ...REFRESH, steps: [refreshStep(asked, host)] })] : []),
    ...[packages, server, ...(asked.finish ? [] : [backupStep(upgrade)]), plannedStep(upgrade, packages)],
    ...(asked.refresh ? [] : laid),
    ...(doors === null ? [] : [closing(service, doors, asked.reason)]),
    ...(users.length === 0 ? [] : [stopNode(users)]),
    ...[aloneWatch(upgrade), before, ...(asked.finish ? [] : [keepStep(upgrade)])],
    ...[downStep(upgrade), stoppedWatch(slow, on), setStep(upgrade, packages)],
    sequence({
      id: 'up',
      title: `Start ${target.name} on ${on.host} with the new version`,
      steps: [upStep(upgrade), worksWatch(upgrade)],
    }),
    tablesStep(upgrade, server),
    sequence({
      id: 'once-more',
      title: `Start ${target.name} on ${on.host} with the new tables`,
      steps: [againStep(upgrade, server), worksWatch(upgrade)],
    }),
    verified,
    ...(users.length === 0 ? [] : [startNode(system, users)]),
    checkpoint(upgrade),
    ...(doors === null ? [] : [openNode(doors)]),
  ];
  return {
    root: sequence({ id: 'upgrade-database', title: `Upgrade ${target.name} on ${on.host}`, steps }),
    told(outputs) {
      const record = outputs(server);
      if (record === undefined) return null;
      return { from: versionText(record.from), to: versionText(record.to), verified: outputs(verified) };
    },
  };
}

const REFRESH = { id: 'refresh', title: 'Ask the package sources what they have' };
const RETRY_AFTER_MS = 300_000;

function closing(service: ServiceEnvironment, doors: Doors, reason: string): Node {
  return closeNode(doors, maintenanceOf(service, { reason, until: null, message: null, retryAfterMs: RETRY_AFTER_MS }));
}

/** Users are let in by a person's word, and not before. */
function checkpoint({ system, target, on, wayBack }: ServerUpgrade): Node {
  return gate({
    id: 'checkpoint',
    title: `Inspect ${target.name} on ${on.host} before users are let in`,
    description: `From then on they write, and a restore loses what they wrote. If it is not as it must be: ${wayBack}`,
    role: system.role,
    evidence: [
      { kind: 'check', name: 'works', question: 'Does the service do its work with the new server?' },
      { kind: 'check', name: 'log', question: 'Is every error explained that the run has told of its log?' },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true && evidence['log'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: 'the new server is not as it must be; users stay shut out' },
  });
}
