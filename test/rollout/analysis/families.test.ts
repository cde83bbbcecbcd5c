import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyseCsv, DEFAULT_POLICY, observeInto, report, startDraft } from '../../../src/rollout/analysis/index.ts';
import { canaryCsv, historyCsv, settlingCsv, writeDataset } from '../../bench/analysis/dataset.ts';
import { FAMILIES, familyOf } from '../../bench/analysis/families.ts';
import type { Release } from '../../bench/analysis/types.ts';

/** Everything that a release shows. */
function digest(release: Release): string {
  const rows = release.intervals.flat();
  const text = [historyCsv(release.history), canaryCsv(rows), settlingCsv(rows), JSON.stringify(release.hosts ?? null)];
  return createHash('sha256').update(text.join('')).digest('hex').slice(0, 16);
}

describe('families', () => {
  it.each([
    ['innocent-calm', '16707db2afc12054'],
    ['innocent-everything', 'ae929e452d3e51d8'],
    ['beyond-floor-clumps-30', 'd4f6fd47b84a3de4'],
    ['servers-4-2-sd-50-3', 'b2d90c1a3c8728af'],
  ])('the releases of %s are the same everywhere', (id, expected) => {
    expect(digest(familyOf(id).make(1))).toBe(expected);
  });

  it.each(FAMILIES.map((family) => [family.id, family] as const))('%s keeps the contract of a stream', (id, family) => {
    const release = family.make(42);
    expect(release).toMatchObject({ family: id, seed: 42, truth: family.truth });
    expect(release.intervals.length).toBe(family.world.releaseSeconds / family.world.intervalSeconds);
    expect(release.history.every((row) => row.t < 0 && row.t >= -family.world.historySeconds)).toBe(true);
    // The fold refuses times that do not ascend, unknown metrics, a metric twice, and bad above requests.
    const draft = startDraft(DEFAULT_POLICY, { metrics: release.metrics, history: release.history });
    for (const rows of release.intervals) observeInto(draft, rows);
    expect(report(draft).metrics.length).toBe(release.metrics.length);
    expect(draft.t).toBeGreaterThan(family.world.releaseSeconds * 0.9);
  });

  it('have names of their own, and labels that follow from their worlds', () => {
    expect(new Set(FAMILIES.map((family) => family.id)).size).toBe(FAMILIES.length);
    for (const { purpose, truth, world } of FAMILIES) {
      if (purpose === 'false-abort') expect(truth.riskRatio).toBeLessThanOrEqual(DEFAULT_POLICY.harmRatio);
      if (purpose !== 'false-promotion') continue;
      const { baseRate, riskRatio } = truth;
      const canary = baseRate * riskRatio;
      expect(canary / (1 - canary) / (baseRate / (1 - baseRate))).toBeCloseTo(DEFAULT_POLICY.margin, 12);
      expect(canary).toBeGreaterThanOrEqual(DEFAULT_POLICY.floor * (1 - 1e-12));
      expect(world.effect.measure).toBe('odds');
    }
    expect(() => familyOf('innocent-clam')).toThrow('innocent-clam');
  });
});

describe('the data set', () => {
  it('is read by analyse with the result that the releases give', async () => {
    const release = familyOf('harmful-clumps-10').make(3);
    const draft = startDraft(DEFAULT_POLICY, { metrics: release.metrics, history: release.history });
    for (const rows of release.intervals) observeInto(draft, rows);
    const history = historyCsv(release.history);
    expect(await analyseCsv(canaryCsv(release.intervals.flat()), { baselineHistory: history })).toEqual(report(draft));
  });

  it('has files, labels and a card; what is marked as settling lies apart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'releases-'));
    try {
      const families = ['innocent-ramp-up', 'innocent-no-past'].map(familyOf);
      const facts = await writeDataset(dir, { perFamily: 2, families });
      expect(facts).toEqual({ families: 2, releases: 4, rows: 2 * 1200 + 2 * 600 });
      const labels = (await readFile(join(dir, 'labels.csv'), 'utf8')).trimEnd().split('\n');
      expect(labels.length).toBe(5);
      expect(labels[1]).toContain(
        'innocent-ramp-up/1/canary.csv,innocent-ramp-up/1/history.csv,innocent-ramp-up/1/settling.csv',
      );
      expect(labels[3]).toMatch(/innocent-no-past\/1\/canary\.csv,,$/);
      expect((await readdir(join(dir, 'innocent-no-past/1'))).toSorted()).toEqual(['canary.csv']);
      const lines = async (name: string): Promise<number> =>
        (await readFile(join(dir, 'innocent-ramp-up/2', name), 'utf8')).trimEnd().split('\n').length - 1;
      expect([await lines('canary.csv'), await lines('settling.csv')]).toEqual([510, 90]);
      const text = await readFile(join(dir, 'README.md'), 'utf8');
      for (const { id, title } of families) expect(text).toContain(`| \`${id}\` | ${title} |`);
      expect(text).toContain('`historySeconds` 0');
      await expect(writeDataset(dir, { perFamily: 1, families })).rejects.toThrow('not empty');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
