import { runStorm } from '../support/shared-storm.ts';

/**
 * Runs over a real git server that is killed, started, stopped and woken at random, by machines that die (-9) and take turns: same end, every
 * effect once, every record in git. `npm run soak storm [-- RUNS [SEED]]` (default: 60 runs from seed 1).
 */

const [runs = '60', seed = '1'] = process.argv.slice(2);
let [processes, killed, unanswered, outages, faults] = [0, 0, 0, 0, 0];
for (let n = 0; n < Number(runs); n++) {
  const which = n % 2 === 0 ? 'forward' : 'backward';
  const report = await runStorm(which, Number(seed) + n);
  processes += report.processes;
  killed += report.killed;
  unanswered += report.unanswered;
  outages += report.outages;
  faults += report.faults.length;
  const figures = `${report.processes} processes, ${report.killed} killed, ${report.unanswered} without an answer, ${report.outages} outages`;
  console.log(`${which} ${Number(seed) + n}: ${figures}${report.faults.map((fault) => `\n  FAULT ${fault}`).join('')}`);
}
console.log(
  `${runs} runs · ${processes} processes, ${killed} killed, ${unanswered} ended without an answer · ${outages} outages · ${faults} faults`,
);
process.exitCode = faults === 0 ? 0 : 1;
