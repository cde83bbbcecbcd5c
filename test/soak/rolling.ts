import { parseArgs } from 'node:util';
import { runRolling } from '../support/rolling-run.ts';
import { FAULTS, type Fault } from '../support/rolling-world.ts';

/**
 * Rolling releases over simulated hosts, with a fault at each host and phase. How far each went is looked at whenever its journal grows.
 *   --hosts N   (default: 20)
 *   --spare N   hosts that the others can stand in for (default: 2)
 *   --only PHASE
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { hosts: option, spare: option, only: option } });
const hosts = Number(values.hosts ?? '20');
const spare = Number(values.spare ?? '2');
const names = Array.from({ length: hosts }, (_, index) => `h${String(index + 1).padStart(2, '0')}`);
const faults: readonly (Fault | null)[] = [
  ...(values.only === undefined ? [null] : []),
  ...FAULTS.filter((phase) => (values.only ?? phase) === phase).flatMap((phase) =>
    names.map((host) => ({ host, phase })),
  ),
];
const from = performance.now();
let looks = 0;
let down = 0;
let first = 0;
let short = 0;
let bad = 0;
const outcomes = new Map<string, number>();
for (const fault of faults) {
  const report = await runRolling({ hosts, spare, fault });
  const expected = fault === null ? 'done' : 'rolled-back';
  const wrong = [...report.broken, ...(report.outcome === expected ? [] : [`ended as ${report.outcome}`])];
  looks += report.looks;
  short += report.short;
  down = Math.max(down, report.down);
  first = Math.max(first, report.beforeCheckpoint);
  outcomes.set(report.outcome, (outcomes.get(report.outcome) ?? 0) + 1);
  if (wrong.length === 0) continue;
  bad += 1;
  console.log(`${fault === null ? 'no fault' : `${fault.phase} at ${fault.host}`} (${report.codes.join(', ')}):`);
  for (const text of wrong) console.log(`    ${text}`);
}
console.log(
  `${faults.length} rolling releases over ${hosts} hosts, ${[...outcomes].map(([name, count]) => `${count} ${name}`).join(', ')}; ` +
    `${looks} looks at the hosts; at most ${first} changed before the checkpoint, at most ${down} down at a time; ` +
    `${short} times a host was taken out on the way back although none could be spared; ` +
    `${bad} broke a rule; ${((performance.now() - from) / 1000).toFixed(0)} s`,
);
process.exitCode = bad === 0 ? 0 : 1;
