import { type Announced, emptyStory, type Receipt, readReceipts, type Story } from '../../announce/index.ts';
import type { Problem } from '../../model/problem.ts';
import { tellStory } from '../announce.ts';
import type { ServiceEnvironment } from '../environment/service.ts';

/** Who is told that the backups of an environment are not what was promised, and that they are again. */

/** What says that data would be lost if the machine died now. */
const CRITICAL = ['backup.nothing-restorable', 'backup.older-than-rpo', 'backup.chain-broken', 'backup.drill-failed'];

/**
 * Tells each problem as an alert that lasts until the problem is gone, and takes back those that are: for a timer. Best effort; its answer says
 * what could not be told.
 */
export async function announceBackups(service: ServiceEnvironment, problems: readonly Problem[]): Promise<Announced> {
  const run = `backup-${service.target.environment}`;
  const receipts = await readReceipts(service.store, run);
  return tellStory(service, backupStory(service.target, problems, receipts, service.clock.now()), true);
}

/** A problem that was told begins when it was told first: it stays the same alert. Pure. */
export function backupStory(
  { service, environment }: { readonly service: string; readonly environment: string },
  problems: readonly Problem[],
  receipts: readonly Receipt[],
  now: number,
): Story {
  const story = { ...emptyStory(`backup-${environment}`), procedure: 'backup', environment };
  for (const { code, found, expected, remedy } of problems) {
    const told = receipts.find((one) => one.labels['reason'] === code && isOpen(one, now));
    story.matters.set(code, {
      alert: 'ShiplockBackup',
      severity: CRITICAL.includes(code) ? 'critical' : 'warning',
      labels: { reason: code },
      summary: `${service} in ${environment}: ${found}`,
      description: `Expected: ${expected}. ${remedy}`,
      from: told?.startsAt ?? now,
      until: null,
      event: false,
    });
  }
  return story;
}

function isOpen({ alertmanager, webhook }: Receipt, now: number): boolean {
  return (alertmanager?.endsAt ?? 0) > now || webhook?.state === 'firing';
}
