import { parseArgs } from 'node:util';
import { runSchedule, type ScheduleReport, timeClaims } from '../support/lease-schedule.ts';

/**
 * Contenders for one environment over a bare git repository, with kills (-9), stopped and woken processes and wrong clocks: never two holders
 * at the resource, no effect of a holder whose time is over, freed within twice the lease's duration.
 *   --schedules N   (default: 1000)
 *   --contenders N  of each schedule, on five machines (default: 50)
 *   --ttl MS        duration of the lease (default: 4000)
 *   --seed N        of the first schedule (default: 1)
 *   --claims N      uncontended claims that are timed (default: 200)
 * Ctrl-C ends it after the schedule that is under way and prints what was found by then.
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { schedules: option, contenders: option, ttl: option, seed: option, claims: option },
});
const whole = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no whole number`);
};
const schedules = whole(values.schedules ?? '1000');
const contenders = whole(values.contenders ?? '50');
const ttlMs = whole(values.ttl ?? '4000');
const seed = whole(values.seed ?? '1');
const machines = Math.min(5, contenders);

const claims = await timeClaims(whole(values.claims ?? '200'));
const at = (share: number): string =>
  `${(claims[Math.min(claims.length - 1, Math.floor(claims.length * share))] ?? 0).toFixed(0)} ms`;
console.log(`uncontended claims: ${claims.length}, median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`);

const reports: ScheduleReport[] = [];
let over = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    over = true;
  });
}
for (let n = 0; n < schedules && !over; n++) {
  const each = Math.ceil(contenders / machines);
  const report = await runSchedule({ seed: seed + n, machines, contenders: each, ttlMs, lengthMs: 5 * ttlMs });
  reports.push(report);
  if (report.faults.length > 0 || (n + 1) % 20 === 0) console.log(`schedule ${seed + n}: ${summary(reports)}`);
  for (const fault of report.faults) console.log(`  FAULT ${fault}`);
}
console.log(summary(reports));
const late = reports.flatMap((one) => one.freed).filter((ratio) => ratio > 2);
process.exitCode = reports.every((one) => one.faults.length === 0) && late.length === 0 ? 0 : 1;

function summary(all: readonly ScheduleReport[]): string {
  const sum = (of: (one: ScheduleReport) => number): number => all.reduce((total, one) => total + of(one), 0);
  const freed = all.flatMap((one) => one.freed).toSorted((a, b) => a - b);
  const median = freed[Math.floor(freed.length / 2)] ?? 0;
  return [
    `${all.length} schedules of ${contenders} contenders`,
    `${sum((one) => one.taken)} holders, ${sum((one) => one.effects)} effects`,
    `${sum((one) => one.killed)} killed, ${sum((one) => one.stopped)} stopped and woken`,
    `${sum((one) => one.refused)} stale effects tried and refused`,
    `freed after ${median.toFixed(2)} × the duration (median), ${(freed.at(-1) ?? 0).toFixed(2)} × at most, of ${freed.length}`,
    `${sum((one) => one.faults.length)} faults`,
  ].join(' · ');
}
