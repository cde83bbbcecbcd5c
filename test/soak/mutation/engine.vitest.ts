import { defineConfig } from 'vitest/config';

/** The tests that must find the faults where the engine asks. */
export default defineConfig({
  test: { include: ['test/procedure/gate/engine.test.ts', 'test/procedure/run.test.ts'], testTimeout: 15_000 },
});
