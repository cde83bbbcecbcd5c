import { formatProblem, ProblemError } from '../../../src/model/problem.ts';
import { holdDrill } from '../../../src/release/backup/index.ts';
import { killSwitch } from '../crash-sweep.ts';

/** The process of the sweep over drills. CONFIG STATE INTO REPORT [KILL] */

const [configFile = '', store = '', into = '', report = '', kill] = process.argv.slice(2);
const killAt = killSwitch(kill === undefined ? undefined : Number(kill), report);
try {
  const { outcome } = await holdDrill(
    { configFile, store, env: process.env, who: 'sweep', self: [], killAt },
    { environment: 'production', into },
  );
  process.exitCode = outcome === 'kept' ? 0 : 1;
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  for (const problem of error.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  process.exitCode = 1;
}
