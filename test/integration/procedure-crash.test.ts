import { expect, test } from 'vitest';
import { crashSweep } from '../support/crash-sweep.ts';
import { openSweep } from '../support/procedure-sweep.ts';

/** A seeded part; every boundary is swept by test/soak/procedure-crash.ts. */

for (const which of ['forward', 'backward'] as const) {
  test(`${which}: killed at journal boundaries and again during recovery, it ends as if nothing had happened`, async () => {
    const report = await crashSweep({ open: () => openSweep(which), singles: 12, pairs: 6, seed: 20261121 });
    console.log(
      `${which}: ${report.boundaries.reduce((sum, count) => sum + count, 0)} boundaries, ${report.singles} single and ${report.pairs} double crashes, ${report.killed} processes killed, ${report.differences.length} different ends`,
    );
    expect(report.differences).toEqual([]);
    expect(report.exit).toBe(which === 'forward' ? 0 : 4);
    expect(report.killed).toBeGreaterThanOrEqual(report.singles);
  }, 300_000);
}
