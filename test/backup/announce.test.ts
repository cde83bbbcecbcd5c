import { expect, it } from 'vitest';
import { alertId, alertsOf, type Receipt } from '../../src/announce/index.ts';
import { backupStory } from '../../src/release/backup/announce.ts';

/** A problem of the backups is one alert for as long as it lasts. */

const NOW = Date.parse('2026-11-22T14:00:00Z');
const where = { service: 'shop', environment: 'production' };
const settings = {
  ...{ ...where, labels: {}, links: { run: null, runbook: null }, eventsMs: 3_600_000 },
  mask: (text: string) => text,
};
const problem = (code: string, found: string) => ({
  code,
  where: 'production',
  found,
  expected: 'less',
  remedy: 'mend',
});
const rpo = (age: string) => problem('backup.older-than-rpo', `a verified backup of ${age} ago`);
const alerts = (problems: Parameters<typeof backupStory>[1], receipts: readonly Receipt[], now: number) =>
  alertsOf(backupStory(where, problems, receipts, now), settings);

it('is told as what it is, and the worst as critical', () => {
  const told = alerts([rpo('2h'), problem('backup.not-verified', 'never')], [], NOW);
  expect(told.map(({ labels }) => [labels['alertname'], labels['reason'], labels['severity']])).toEqual([
    ['ShiplockBackup', 'backup.older-than-rpo', 'critical'],
    ['ShiplockBackup', 'backup.not-verified', 'warning'],
  ]);
  expect(told[0]).toMatchObject({ startsAt: NOW, endsAt: null });
  expect(told[0]?.annotations['summary']).toBe('shop in production: a verified backup of 2h ago');
});

it('stays the same alert while it lasts, and begins anew when it comes again', () => {
  const [first] = alerts([rpo('2h')], [], NOW);
  const labels = { ...first?.labels };
  const receipt = (endsAt: number): Receipt => ({
    ...{ id: alertId(labels), labels, startsAt: NOW, lasts: true, webhook: null, problem: null },
    alertmanager: { endsAt, at: '2026-11-22T14:00:00Z', sure: true },
  });
  const later = NOW + 600_000;
  const [lasting] = alerts([rpo('3h')], [receipt(later + 1)], later);
  expect([lasting?.startsAt, alertId(lasting?.labels ?? {})]).toEqual([NOW, alertId(labels)]);
  const [again] = alerts([rpo('3h')], [receipt(later - 1)], later);
  expect(again?.startsAt).toBe(later);
  expect(alerts([], [receipt(later + 1)], later)).toEqual([]);
});
