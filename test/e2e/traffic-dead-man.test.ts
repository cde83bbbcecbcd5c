import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lost } from '../bench/support/hits.ts';
import { killController } from '../bench/traffic/dead-man.ts';
import { servingLab } from '../bench/traffic/index.ts';
import { DEAD_MAN_MS, type TrafficLab } from '../bench/traffic/lab.ts';
import { CANARY } from '../bench/traffic/strategies.ts';

describe('a controller that is killed and never comes back leaves no bad version serving', () => {
  let traffic: TrafficLab;
  beforeAll(async () => {
    traffic = await servingLab(CANARY.options);
  });
  afterAll(() => traffic[Symbol.asyncDispose]());

  it('within N + 2 s, though every answer of the version is bad', async () => {
    const { ms, tally } = await killController(traffic, '1.1.0', { rate: 1_000, guardToo: false });
    console.log(`controller killed → last answer of the version: ${ms.toFixed(0)} ms`);
    expect(tally.injected).toBeGreaterThan(0);
    expect(lost(tally)).toBe(0);
    expect(ms).toBeLessThanOrEqual(DEAD_MAN_MS + 2_000);
  });

  it('at once when its guard dies too', async () => {
    const { ms, tally } = await killController(traffic, '1.2.0', { rate: 1_000, guardToo: true });
    console.log(`controller and guard killed → last answer of the version: ${ms.toFixed(0)} ms`);
    expect(lost(tally)).toBe(0);
    expect(ms).toBeLessThanOrEqual(2_000);
  });
});
