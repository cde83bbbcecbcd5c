import { parseArgs } from 'node:util';
import { hostNames, runUpgrade, UPGRADE_FAULTS, type UpgradeFault } from '../support/upgrade-world.ts';

/**
 * Upgrades of packages over simulated hosts, with a fault at each host and phase. How far each went is looked at whenever its journal grows.
 *   --hosts N     (default: 20)
 *   --at-once N   hosts at the same time behind the checkpoint (default: 1, and then 4)
 *   --turns 1,5   hosts with a fault (default: all)
 *   --only PHASE
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { hosts: option, 'at-once': option, turns: option, only: option } });
const hosts = Number(values.hosts ?? '20');
const names = hostNames(hosts);
const struck = values.turns?.split(',').map((turn) => names[Number(turn) - 1] ?? '') ?? names;
const faults: readonly (UpgradeFault | null)[] = [
  ...(values.only === undefined ? [null] : []),
  ...UPGRADE_FAULTS.filter((phase) => (values.only ?? phase) === phase).flatMap((phase) =>
    struck.map((host) => ({ host, phase })),
  ),
];
let bad = 0;
for (const atOnce of values['at-once'] === undefined ? [1, 4] : [Number(values['at-once'])]) {
  const from = performance.now();
  let [looks, first, out] = [0, 0, 0];
  const outcomes = new Map<string, number>();
  for (const fault of faults) {
    const report = await runUpgrade({ hosts, atOnce, fault });
    looks += report.looks;
    first = Math.max(first, report.beforeCheckpoint);
    out = Math.max(out, report.out);
    outcomes.set(report.outcome, (outcomes.get(report.outcome) ?? 0) + 1);
    if (report.broken.length === 0) continue;
    bad += 1;
    console.log(`${fault === null ? 'no fault' : `${fault.phase} at ${fault.host}`} (${report.codes.join(', ')}):`);
    for (const text of report.broken) console.log(`    ${text}`);
  }
  console.log(
    `${faults.length} upgrades over ${hosts} hosts, ${atOnce} at a time, ${[...outcomes].map(([name, count]) => `${count} ${name}`).join(', ')}; ` +
      `${looks} looks at the hosts; at most ${first} changed before the checkpoint, at most ${out} out of the traffic; ` +
      `${bad} broke a rule; ${((performance.now() - from) / 1000).toFixed(0)} s`,
  );
}
process.exitCode = bad === 0 ? 0 : 1;
