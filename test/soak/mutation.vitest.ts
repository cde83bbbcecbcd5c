import { defineConfig } from 'vitest/config';

/** The tests that must find the faults of test/soak/mutation.ts. */
export default defineConfig({
  test: {
    include: [
      'test/procedure/gate/{engine,evidence,keeper,ruling,statement,windows}.test.ts',
      'test/procedure/run.test.ts',
    ],
    testTimeout: 15_000,
  },
});
