import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSpeedLab, type SpeedLab } from '../bench/traffic/speeds.ts';

describe('shiplock status', () => {
  let lab: SpeedLab;
  beforeAll(async () => {
    lab = await openSpeedLab();
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  it('answers in time whatever is hung or dead, and names it', async () => {
    const speeds = await lab.measure(['status', 'production'], 2);
    for (const { what, ms } of speeds) console.log(`status, ${what}: ${ms.map((one) => one.toFixed(0)).join(', ')} ms`);
    const said = Object.fromEntries(speeds.map((speed) => [speed.what, speed.said]));
    expect(said['everything up']).toContain('1.0.0 gets 100 %');
    expect(said['MariaDB hung']).toMatch(/the database: no answer within/);
    expect(said['HAProxy hung']).toMatch(/the proxy: no answer within/);
    expect(said['HAProxy dead']).toMatch(/the proxy does not answer/);
    expect(said['all three hung']).toMatch(/the database: no answer/);
    // Promised: 2 s in all, kept on a quiet machine (docs/benchmarks.md). Here, where others may want the processors, what must hold is
    // that a hung source costs its own second and no more.
    const usual = Math.max(...(speeds[0]?.ms ?? []));
    for (const { what, ms } of speeds) expect(Math.min(...ms), what).toBeLessThan(usual + 3_000);
  });
});
