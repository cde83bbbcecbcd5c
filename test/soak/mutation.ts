import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

/**
 * Mutation score of the code that decides about gates: small faults are put into it one by one, and each must be found by a unit test:
 * `node test/soak/mutation.ts`. Ends with 1 below 90 %.
 */

const LEAST = 90;

const directory = await mkdtemp(join(tmpdir(), 'shiplock-mutation-'));
try {
  const results = await new Stryker({
    mutate: [
      'src/procedure/gate/{case,keeper,ruling,statement,windows}.ts',
      'src/procedure/run/gate.ts',
      'src/procedure/evidence.ts',
    ],
    testRunner: 'vitest',
    vitest: { configFile: 'test/soak/mutation.vitest.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    concurrency: availableParallelism(),
    reporters: ['clear-text'],
    clearTextReporter: { reportTests: false, allowColor: false },
    tempDirName: directory,
    // It would be rewritten with the programming interface of TypeScript, which version 7 no longer has; nothing here needs it.
    tsconfigFile: 'none.json',
    allowConsoleColors: false,
    timeoutMS: 20_000,
    thresholds: { high: LEAST, low: LEAST, break: null },
  }).runMutationTest();
  const count = (...statuses: readonly string[]): number =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const found = count('Killed', 'Timeout');
  const all = found + count('Survived', 'NoCoverage');
  const score = (100 * found) / Math.max(1, all);
  console.log(`${found} of ${all} faults found: mutation score ${score.toFixed(1)} % (at least ${LEAST} %)`);
  if (score < LEAST) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
