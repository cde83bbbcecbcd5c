import { describe, expect, it, test } from 'vitest';
import type { Catalogue } from '../../src/backup/catalogue/record.ts';
import { roomNeeded } from '../../src/backup/drill/judge.ts';
import type { DrillRecord } from '../../src/backup/drill/record.ts';
import type { RestoreTimes } from '../../src/backup/restore/predict.ts';
import { cronFile, cronJobs, systemdUnits } from '../../src/backup/schedule/jobs.ts';
import { backupStatus, type MeasuredRestores, type StatusRules, statusMetrics } from '../../src/backup/status.ts';
import { catalogue, fullAt, HOUR, hostFilesAt, iso, START, segmentAt } from './sample.ts';

const rules = {
  ...{ where: 'production', now: START + 3 * HOUR, rpoMs: 2 * HOUR, verifiedWithinMs: 26 * HOUR },
  ...{ rtoMs: null, drillEvery: null },
} as const;
const nothing = { drills: [], restores: [] };
const proof = { at: iso(START + HOUR), seconds: 3, segments: 2 };
const good = fullAt(START, 3, { state: 'verified', verified: proof });
const logs = [segmentAt(START + HOUR, 3), segmentAt(START + 2 * HOUR, 4)];
const codes = (known: Catalogue, given: StatusRules, measured: MeasuredRestores = nothing) =>
  backupStatus(known, given, measured).problems.map(({ code }) => code);

describe('the status', () => {
  it('is good while a verified backup is young enough', () => {
    expect(backupStatus(catalogue([good], logs), rules, nothing)).toMatchObject({
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
    expect(backupStatus({ ...catalogue([good]), segments: [first, wrong] }, rules, nothing).restorableTo).toBe(
      iso(START + HOUR),
    );
    expect(backupStatus({ ...catalogue([good]), segments: [first, wrong, right] }, rules, nothing).restorableTo).toBe(
      iso(START + 2.5 * HOUR),
    );
  });
  it('is told to Prometheus', () => {
    const about = { service: 'shop', environment: 'production', now: rules.now };
    const text = statusMetrics(backupStatus(catalogue([good], logs), rules, nothing), { ...about, drills: false });
    expect(text).toContain(
      `shiplock_backup_restorable_timestamp_seconds{service="shop",environment="production"} ${(START + 2 * HOUR) / 1000}\n`,
    );
    expect(text).toContain('shiplock_backup_problems{service="shop",environment="production"} 0\n');
    expect(text).not.toContain('drill');
    const held = statusMetrics(backupStatus(catalogue([good], logs), rules, { drills: [kept, failed], restores }), {
      ...{ ...about, drills: true },
    });
    const figures = Object.fromEntries(
      [...held.matchAll(/^shiplock_restore_(\w+)\{.*\} (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
    );
    expect(figures).toEqual({
      drill_timestamp_seconds: (START + 2 * HOUR) / 1000,
      ...{ drill_success: 0, drill_seconds: 90, drill_predicted_seconds: 60, predicted_seconds: 20 + 5 + 1 },
    });
    const never = statusMetrics(backupStatus(catalogue([good], logs), rules, nothing), { ...about, drills: true });
    // A drill that never was is infinitely late, and no missing figure that no rule sees.
    expect(never).toMatch(/shiplock_restore_drill_timestamp_seconds\{.*\} 0\n/);
  });
});

const restores: readonly RestoreTimes[] = [
  {
    ...{ at: iso(START + HOUR), bytes: 500, baseSeconds: 10, logBytes: 10_000, fetchSeconds: 1 },
    ...{ transactions: 9, replaySeconds: 4, otherSeconds: 1 },
  },
];
const kept: DrillRecord = {
  ...{ v: 1, kind: 'drill', run: 'd1', startedAt: iso(START + HOUR), at: iso(START + 2 * HOUR), outcome: 'kept' },
  measured: {
    ...{ full: good.id, form: 'logical', transactions: 20, seconds: 90, predictedSeconds: 60, lostSeconds: 30 },
    ...{ diskBytes: 9000, storedBytes: 3000 },
  },
  ...{ objectives: { rtoSeconds: 120, rpoSeconds: 3600 }, problems: [] },
};
const failed: DrillRecord = {
  ...{ ...kept, run: 'd2', at: iso(START + 2 * HOUR + 1), outcome: 'failed', measured: null },
  problems: [{ code: 'backup.storage-failed', found: 'no space' }],
};

describe('drills', () => {
  const DAY = 24 * HOUR;
  const weekly = { ...rules, rpoMs: null, verifiedWithinMs: 999 * DAY, drillEvery: 'weekly' } as const;
  const young = { ...weekly, now: START + 2 * HOUR + 8 * DAY };
  test.each<[string, StatusRules, readonly DrillRecord[], readonly string[]]>([
    ['never, and promised', weekly, [], ['backup.drill-overdue']],
    ['never, and not promised', { ...weekly, drillEvery: null }, [], []],
    ['eight days ago', young, [kept], []],
    ['a moment longer ago', { ...young, now: young.now + 1 }, [kept], ['backup.drill-overdue']],
    ['failed, behind one that came through', weekly, [kept, failed], ['backup.drill-failed']],
    ['failed, and no other', weekly, [failed], ['backup.drill-overdue', 'backup.drill-failed']],
    ['mended since', weekly, [failed, { ...kept, at: iso(START + 3 * HOUR) }], []],
    ['too slow', weekly, [{ ...kept, outcome: 'missed' }], ['backup.drill-missed']],
    ['by hand, and not promised, failed', { ...weekly, drillEvery: null }, [failed], ['backup.drill-failed']],
  ])('%s', (_what, given, drills, expected) =>
    expect(codes(catalogue([good], logs), given, { drills, restores: [] })).toEqual(expected),
  );
  it('says before a loss that a restore would take too long', () => {
    const given = { ...weekly, drillEvery: null };
    const measured = { drills: [], restores };
    expect(codes(catalogue([good], logs), { ...given, rtoMs: 26_000 }, measured)).toEqual([]);
    expect(codes(catalogue([good], logs), { ...given, rtoMs: 25_999 }, measured)).toEqual(['backup.rto-out-of-reach']);
    // Nothing was replayed yet, so nothing is told of it.
    expect(codes(catalogue([good], logs), { ...given, rtoMs: 1 })).toEqual([]);
  });
  it('need room as the last one did, and twice what is stored before there was one', () => {
    expect(roomNeeded(1000, [])).toBe(2000);
    expect(roomNeeded(1000, [kept, failed])).toBe(3600);
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
      directories: ['/mnt/backup/shop', '/mnt/other'],
    },
    ...{ drill: null, announce: false },
  };
  const drill = { directory: '/srv/drill', every: 'weekly' } as const;
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
  it('of Kubernetes keep what must outlive a pod in claims: the catalogue, and each repository that is a directory', () => {
    const { items } = JSON.parse(cronJobs(options).content);
    const { containers, volumes } = items[0].spec.jobTemplate.spec.template.spec;
    const claims = volumes.flatMap((one: { name: string; persistentVolumeClaim?: object }) =>
      one.persistentVolumeClaim === undefined ? [] : [one.name],
    );
    expect(claims).toEqual(['state', 'repository-1', 'repository-2']);
    expect(containers[0].volumeMounts).toEqual([
      { name: 'config', mountPath: options.configFile, subPath: 'shiplock.yaml', readOnly: true },
      { name: 'state', mountPath: options.store },
      { name: 'repository-1', mountPath: '/mnt/backup/shop' },
      { name: 'repository-2', mountPath: '/mnt/other' },
    ]);
  });
  it('hold drills on their days, where they are promised', () => {
    const timer = (every: 'daily' | 'weekly' | 'monthly') =>
      systemdUnits({ ...options, drill: { ...drill, every } }).find(({ path }) => path.endsWith('-drill.timer'))
        ?.content;
    expect(timer('daily')).toContain('OnCalendar=*-*-* 03:37:00\n');
    expect(timer('weekly')).toContain('OnCalendar=Sun *-*-* 03:37:00\n');
    expect(timer('monthly')).toContain('OnCalendar=*-*-01 03:37:00\n');
    expect(systemdUnits(options).some(({ path }) => path.includes('drill'))).toBe(false);
    expect(cronFile({ ...options, drill }).content).toMatch(/^37 3 \* \* 0 root .* restore drill production /m);
    expect(cronFile({ ...options, drill: { ...drill, every: 'monthly' } }).content).toMatch(/^37 3 1 \* \* root /m);
    const { items } = JSON.parse(cronJobs({ ...options, drill }).content);
    const { schedule, jobTemplate } = items.at(-1).spec;
    expect(schedule).toBe('37 3 * * 0');
    expect(jobTemplate.spec.template.spec.containers[0].volumeMounts).toContainEqual({
      ...{ name: 'scratch', mountPath: '/srv/drill' },
    });
  });
  it('tell people what is wrong, where somebody is named', () => {
    const status = (announce: boolean) =>
      systemdUnits({ ...options, announce }).find(({ path }) => path.endsWith('-status.service'))?.content;
    expect(status(true)).toContain(' --announce ');
    expect(status(false)).not.toContain('--announce');
  });
});

test('files of each host are verified in time, or the status says of which they are not', () => {
  const [one, two] = [hostFilesAt(START, 'web1', { state: 'verified' }), hostFilesAt(START + HOUR, 'web2')];
  const known = { ...catalogue([good], logs), files: [one, two] };
  const given = { ...rules, hosts: ['web1', 'web2', 'web3'] };
  const status = backupStatus(known, given, nothing);
  expect(status.problems).toMatchObject([
    { code: 'backup.hosts-not-verified', found: 'verified files of hosts: web2: none, web3: none' },
  ]);
  expect(codes({ ...known, files: [one] }, { ...given, hosts: ['web1'] })).toEqual([]);
  const late = { ...given, hosts: ['web1'], now: START + 27 * HOUR, rpoMs: null };
  expect(codes(known, late)).toContain('backup.hosts-not-verified');
  const ahead = { ...known, files: [hostFilesAt(START + 50 * HOUR, 'web1', { state: 'verified' })] };
  expect(codes(ahead, { ...given, hosts: ['web1'] })).toEqual(['backup.hosts-not-verified']);
  const metrics = statusMetrics(status, { service: 'shop', environment: 'production', now: START, drills: false });
  expect(metrics).toContain(
    `shiplock_backup_host_verified_timestamp_seconds{service="shop",environment="production",host="web1"} ${START / 1000}\n`,
  );
  expect(metrics).toContain('host="web3"} 0\n');
});
