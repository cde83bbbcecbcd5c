import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

/**
 * Mutation score of the code that decides about gates: small faults are put into it one by one, and each must be found by a unit test:
 * `node test/soak/mutation.ts [pure|engine]`. Ends with 1 below 90 %.
 */

const LEAST = 90;

const PARTS = [
  {
    name: 'pure',
    mutate: ['src/procedure/gate/{keeper,ruling,statement,windows}.ts', 'src/procedure/gate/evidence.ts'],
  },
  { name: 'engine', mutate: ['src/procedure/gate/case.ts', 'src/procedure/run/gate.ts'] },
];

const directory = await mkdtemp(join(tmpdir(), 'shiplock-mutation-'));
const sum = { found: 0, all: 0 };
try {
  for (const { name, mutate } of PARTS) {
    if (process.argv[2] !== undefined && process.argv[2] !== name) continue;
    const results = await new Stryker({
      mutate,
      // Texts are for people; what is decided by comparing them is varied as a comparison.
      mutator: { excludedMutations: ['StringLiteral'] },
      testRunner: 'vitest',
      vitest: { configFile: `test/soak/mutation/${name}.vitest.ts`, related: false },
      plugins: ['@stryker-mutator/vitest-runner'],
      coverageAnalysis: 'perTest',
      concurrency: availableParallelism(),
      reporters: ['progress-append-only', 'clear-text'],
      clearTextReporter: { reportTests: false, allowColor: false },
      tempDirName: join(directory, name),
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
    sum.found += found;
    sum.all += all;
    console.log(`${name}: ${found} of ${all} faults found`);
  }
  const score = (100 * sum.found) / Math.max(1, sum.all);
  console.log(`mutation score ${score.toFixed(1)} %: ${sum.found} of ${sum.all} faults found (at least ${LEAST} %)`);
  if (score < LEAST) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
