import { expect, test } from 'vitest';
import { crashSweep } from '../support/crash-sweep.ts';
import { openSweep } from '../support/procedure-sweep.ts';

/** A seeded part; every boundary is swept by test/soak/procedure-crash.ts. */

for (const which of ['forward', 'backward'] as const) {
  test(`${which}: killed at journal boundaries and again during recovery, it ends as if nothing had happened`, async () => {
    const report = await crashSweep({
      open: () => openSweep(which),
      ...{ singles: 1, pairs: 6, dealt: { runs: 1, places: 24 }, seed: 20261121 },
    });
    expect(report.differences).toEqual([]);
    expect(report.exit).toBe(which === 'forward' ? 0 : 4);
    expect(report.dealt.missed).toEqual([]);
    expect(report.dealt.died).toBe(24);
    expect(report.killed).toBeGreaterThanOrEqual(report.singles);
  }, 300_000);
}
