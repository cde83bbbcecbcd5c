import { defineConfig } from 'vitest/config';

/** The tests that must find the faults in what only decides. */
export default defineConfig({
  test: { include: ['test/procedure/gate/{evidence,keeper,ruling,statement,windows}.test.ts'], testTimeout: 15_000 },
});
