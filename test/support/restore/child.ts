import { writeFileSync } from 'node:fs';
import { formatProblem, ProblemError } from '../../../src/model/problem.ts';
import { restoreDatabase } from '../../../src/release/backup/index.ts';
import { killSwitch } from '../crash-sweep.ts';

/** The process of the sweep over restores: always with the same words. CONFIG STATE INTO RESULT REPORT [KILL] */

const [configFile = '', store = '', into = '', result = '', report = '', kill] = process.argv.slice(2);
const killAt = killSwitch(kill === undefined ? undefined : Number(kill), report);
try {
  const restored = await restoreDatabase(
    { configFile, store, env: process.env, who: 'sweep', self: [], killAt },
    {
      environment: 'production',
      target: { kind: 'before', table: 'shop.doubles' },
      text: 'before shop.doubles',
      into,
    },
  );
  writeFileSync(result, JSON.stringify(restored));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  for (const problem of error.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  process.exitCode = 1;
}
