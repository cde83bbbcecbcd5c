import { describe, expect, it, test } from 'vitest';
import { cronFile, cronJobs, systemdUnits } from '../../src/backup/schedule/jobs.ts';
import { backupStatus, statusMetrics } from '../../src/backup/status.ts';
import { catalogue, fullAt, HOUR, iso, START, segmentAt } from './sample.ts';

const rules = { where: 'production', now: START + 3 * HOUR, rpoMs: 2 * HOUR, verifiedWithinMs: 26 * HOUR };
const proof = { at: iso(START + HOUR), seconds: 3, segments: 2 };
const good = fullAt(START, 3, { state: 'verified', verified: proof });
const logs = [segmentAt(START + HOUR, 3), segmentAt(START + 2 * HOUR, 4)];
const codes = (...given: Parameters<typeof backupStatus>) => backupStatus(...given).problems.map(({ code }) => code);

describe('the status', () => {
  it('is good while a verified backup is young enough', () => {
    expect(backupStatus(catalogue([good], logs), rules)).toMatchObject({
      ...{ restorableTo: iso(START + 2 * HOUR), verifiedTo: iso(START + 2 * HOUR), problems: [] },
      verified: { id: good.id, at: proof.at },
    });
  });
  test.each([
    ['there is none', catalogue([]), rules, ['backup.nothing-restorable', 'backup.not-verified']],
    ['none was verified', catalogue([fullAt(START, 3)], logs), rules, ['backup.older-than-rpo', 'backup.not-verified']],
    [
      'the verified one is older than what may be lost',
      catalogue([good], logs),
      { ...rules, now: START + 5 * HOUR },
      ['backup.older-than-rpo'],
    ],
    ['nothing was promised', catalogue([good], logs), { ...rules, now: START + 5 * HOUR, rpoMs: null }, []],
    [
      'the last verification is old',
      catalogue([good], logs),
      { ...rules, now: START + 27 * HOUR, rpoMs: null },
      ['backup.not-verified'],
    ],
    ['a log is missing', catalogue([good], logs.slice(1)), rules, ['backup.older-than-rpo', 'backup.chain-broken']],
    [
      'the only one is suspect',
      catalogue([{ ...good, state: 'suspect' }], logs),
      rules,
      ['backup.nothing-restorable', 'backup.not-verified', 'backup.chain-broken'],
    ],
    [
      'the clock was wrong when the verified one was taken',
      catalogue([fullAt(START + 100 * HOUR, 3, { state: 'verified', verified: proof })]),
      rules,
      ['backup.nothing-restorable', 'backup.not-verified'],
    ],
    [
      'the newest that may be believed is old, whatever lies ahead',
      catalogue([good, fullAt(START + 100 * HOUR, 5, { state: 'verified', verified: proof })], logs),
      { ...rules, now: START + 27 * HOUR },
      ['backup.older-than-rpo', 'backup.not-verified'],
    ],
  ])('says when %s', (_what, known, given, expected) => expect(codes(known, given)).toEqual(expected));

  it('promises nothing by a log that a clock which was ahead has timed, until a later one follows it', () => {
    const wrong = segmentAt(START + 2 * HOUR, 4, {
      takenAt: iso(START + 90 * HOUR),
      lastEventAt: iso(START + 90 * HOUR),
    });
    const first = segmentAt(START + HOUR, 3);
    const right = segmentAt(START + 2.5 * HOUR, 5);
    expect(backupStatus({ ...catalogue([good]), segments: [first, wrong] }, rules).restorableTo).toBe(
      iso(START + HOUR),
    );
    expect(backupStatus({ ...catalogue([good]), segments: [first, wrong, right] }, rules).restorableTo).toBe(
      iso(START + 2.5 * HOUR),
    );
  });
  it('is told to Prometheus', () => {
    const text = statusMetrics(backupStatus(catalogue([good], logs), rules), {
      service: 'shop',
      environment: 'production',
    });
    expect(text).toContain(
      `shiplock_backup_restorable_timestamp_seconds{service="shop",environment="production"} ${(START + 2 * HOUR) / 1000}\n`,
    );
    expect(text).toContain('shiplock_backup_problems{service="shop",environment="production"} 0\n');
  });
});

describe('schedules', () => {
  const options = {
    ...{
      service: 'shop',
      environment: 'production',
      program: ['/opt/ship lock/bin'],
      configFile: '/srv/100%/shiplock.yaml',
    },
    ...{
      store: '/var/lib/shiplock',
      metrics: '/var/lib/m.prom',
      secretsFile: '/etc/shiplock/backup.env',
      image: 'registry/shiplock:1',
    },
  };
  it('of systemd catch up what was missed, and quote as systemd reads', () => {
    const units = systemdUnits(options);
    expect(units.map(({ path }) => path)).toContain('systemd/shiplock-backup-shop-production-verify.timer');
    const run = units.find(({ path }) => path.endsWith('-full.service'))?.content ?? '';
    expect(run).toContain(
      'ExecStart="/opt/ship lock/bin" backup run production --quiet --config /srv/100%%/shiplock.yaml',
    );
    expect(units.find(({ path }) => path.endsWith('-incremental.timer'))?.content).toContain(
      'OnCalendar=*-*-* *:47:00\nPersistent=true',
    );
  });
  it('of cron read the secrets first and escape what ends a command there', () => {
    const [first = ''] = cronFile(options).content.split('\n');
    expect(first).toContain("17 2 * * * root /bin/sh -c 'set -a; . /etc/shiplock/backup.env; exec ");
    expect(first).toContain('/srv/100\\%/');
  });
  it('of Kubernetes never run twice at a time', () => {
    const { items } = JSON.parse(cronJobs(options).content);
    expect(items.map((one: { spec: { concurrencyPolicy: string } }) => one.spec.concurrencyPolicy)).toEqual(
      Array(5).fill('Forbid'),
    );
    expect(items[1].spec.schedule).toBe('47 * * * *');
  });
});
