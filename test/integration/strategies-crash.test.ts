import { expect, test } from 'vitest';
import { crashSweep } from '../support/crash-sweep.ts';
import { openStrategy } from '../support/strategy-sweep.ts';
import { STRATEGIES } from '../support/strategy-world.ts';

/** A seeded part of `npm run soak strategies`: real processes over simulated hosts. */

const cases = STRATEGIES.flatMap((strategy) => [false, true].map((bad) => ({ strategy, bad })));

test.each(cases)(
  '$strategy, bad: $bad, killed at journal boundaries: it ends as if nothing had happened',
  async ({ strategy, bad }) => {
    const report = await crashSweep({
      open: () => openStrategy(strategy, bad),
      ...{ singles: 0, pairs: 1, dealt: { runs: 1, places: 10 }, seed: 20261122 },
    });
    expect(report.differences).toEqual([]);
    expect(report.exit).toBe(bad ? 4 : 0);
    expect(report.endState).toMatchObject({ broken: [], twice: [], outcome: bad ? 'rolled-back' : 'done' });
    expect(report.dealt).toMatchObject({ died: 10, missed: [] });
    expect(report.killed).toBeGreaterThanOrEqual(report.singles);
  },
  300_000,
);
