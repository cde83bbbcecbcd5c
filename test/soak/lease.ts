import { parseArgs } from 'node:util';
import { runSchedule, type ScheduleReport, timeClaims } from '../support/lease-schedule.ts';
import { simulate } from '../support/lease-simulation.ts';

/**
 * Contenders for one environment: never two holders at the resource, no effect of a holder whose time is over, freed within twice the lease's
 * duration. First uncontended claims, then schedules over simulated time (a store in memory with slow, lost and missing answers), then
 * schedules of real processes over a bare git repository, with kills (-9), stopped and woken processes and wrong clocks.
 *   --schedules N   of real processes (default: 1000)
 *   --simulated N   over simulated time (default: 1000), half of them stormy
 *   --contenders N  of each schedule, on five machines (default: 50)
 *   --ttl MS        duration of the lease (default: 4000)
 *   --seed N        of the first schedule (default: 1)
 *   --parallel N    schedules of real processes at a time (default: 1)
 *   --claims N      uncontended claims that are timed (default: 200)
 * Ctrl-C ends it after the schedules that are under way and prints what was found by then; `--seed` goes on behind them.
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    schedules: option,
    simulated: option,
    contenders: option,
    ttl: option,
    seed: option,
    parallel: option,
    claims: option,
  },
});
const whole = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no whole number`);
};
const schedules = whole(values.schedules ?? '1000');
const simulated = whole(values.simulated ?? '1000');
const contenders = whole(values.contenders ?? '50');
const ttlMs = whole(values.ttl ?? '4000');
const seed = whole(values.seed ?? '1');
const machines = Math.min(5, contenders);

let over = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    over = true;
  });
}

const claims = await timeClaims(whole(values.claims ?? '200'));
if (claims.length > 0) {
  const at = (share: number): string =>
    `${(claims[Math.min(claims.length - 1, Math.floor(claims.length * share))] ?? 0).toFixed(0)} ms`;
  console.log(`uncontended claims: ${claims.length}, median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`);
}
const imagined = await many('simulated', simulated, 1, async (n) => {
  const report = await simulate({ seed: n, contenders, ttlMs, storms: n % 2 === 0 ? 0.02 : 0 });
  return { ...report, extra: { 'times sure to hold': report.sure, 'answers lost': report.unheard } };
});
const real = await many('real', schedules, whole(values.parallel ?? '1'), (n) =>
  runSchedule({ seed: n, machines, contenders: Math.ceil(contenders / machines), ttlMs, lengthMs: 5 * ttlMs }),
);
const sound = [...imagined, ...real].every(
  ({ faults, freed }) => faults.length === 0 && freed.every((ratio) => ratio <= 2),
);
process.exitCode = sound ? 0 : 1;

type Report = ScheduleReport & { readonly extra?: Readonly<Record<string, number>> };

async function many(
  kind: string,
  count: number,
  parallel: number,
  run: (seed: number) => Promise<Report>,
): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const every = kind === 'real' ? 20 : 200;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && !over) {
      const n = seed + next++;
      const report = await run(n);
      reports.push(report);
      if (report.faults.length > 0 || reports.length % every === 0) console.log(`${kind}, ${n}: ${summary(reports)}`);
      for (const fault of report.faults) console.log(`  FAULT ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (reports.length > 0) console.log(`${kind}: ${summary(reports)}`);
  return reports;
}

function summary(all: readonly Report[]): string {
  const sum = (of: (one: Report) => number): number => all.reduce((total, one) => total + of(one), 0);
  const freed = all.flatMap((one) => one.freed).toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (freed[Math.min(freed.length - 1, Math.floor(freed.length * share))] ?? 0).toFixed(2);
  const extra = Object.keys(all[0]?.extra ?? {}).map((name) => `${sum((one) => one.extra?.[name] ?? 0)} ${name}`);
  return [
    `${all.length} schedules of ${contenders} contenders`,
    `${sum((one) => one.taken)} holders, ${sum((one) => one.effects)} effects`,
    `${sum((one) => one.killed)} killed, ${sum((one) => one.stopped)} stopped and woken`,
    `${sum((one) => one.refused)} stale effects tried and refused`,
    ...extra,
    `freed after ${at(0.5)} × the duration (median), ${at(0.99)} × (p99), ${at(1)} × at most, of ${freed.length}, ${freed.filter((ratio) => ratio > 2).length} over 2 ×`,
    `${sum((one) => one.faults.length)} faults`,
  ].join(' · ');
}
