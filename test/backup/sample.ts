import type { Catalogue, FullBackup, HostFilesBackup, Segment } from '../../src/backup/catalogue/record.ts';

/** Records as a server that behaves would leave them. */

export const SERVER = { family: 'mysql', version: '9.7.4', id: 'uuid-1' } as const;
export const START = Date.parse('2026-03-01T02:00:00.000Z');
export const HOUR = 3_600_000;

export const iso = (ms: number): string => new Date(ms).toISOString();
export const logName = (number: number): string => `binlog.${String(number).padStart(6, '0')}`;

export function fullAt(at: number, log: number, more: Partial<FullBackup> = {}): FullBackup {
  return {
    ...{ v: 1, kind: 'full', id: iso(at).replaceAll(/[-:.]/g, ''), run: 'r', takenAt: iso(at), serverTime: iso(at) },
    ...{ seconds: 1, server: SERVER, tool: 'mysqldump', databases: ['shop'], settings: {} },
    coordinates: { file: logName(log), position: 157, gtid: null },
    tables: [{ database: 'shop', table: 'items', rows: 3, sum: '77' }],
    programs: { views: 0, triggers: 0, routines: 0, events: 0 },
    ...{
      snapshot: `snapshot-${at}`,
      file: 'dump.sql',
      bytes: 1000,
      sha256: 'aa',
      state: 'stored',
      verified: null,
      why: null,
    },
    ...more,
  };
}

export function segmentAt(at: number, log: number, more: Partial<Segment> = {}): Segment {
  return {
    ...{
      v: 1,
      kind: 'segment',
      id: `s${at}`,
      run: 'r',
      takenAt: iso(at),
      server: SERVER,
      file: logName(log),
      bytes: 5000,
    },
    ...{ sha256: `${log}-${at}`, firstEventAt: iso(at - HOUR), lastEventAt: iso(at), next: logName(log + 1) },
    ...{
      gtidsBefore: `u:1-${log * 10}`,
      gtidsAfter: `u:1-${(log + 1) * 10}`,
      snapshot: `logs-${at}`,
      state: 'stored',
      why: null,
    },
    ...more,
  };
}

export function hostFilesAt(at: number, host: string, more: Partial<HostFilesBackup> = {}): HostFilesBackup {
  return {
    ...{ v: 1, kind: 'files', id: `${iso(at).replaceAll(/[-:.]/g, '')}-${host}`, run: 'r', takenAt: iso(at) },
    ...{ paths: ['/etc/shop'], snapshot: `${host}-${at}`, state: 'stored', why: null },
    host: { name: host, file: `${host}.tar`, bytes: 10, sha256: 'aa', entries: 1, changed: [], verified: null },
    ...more,
  };
}

export function catalogue(fulls: readonly FullBackup[], segments: readonly Segment[] = []): Catalogue {
  return { fulls, segments, files: [] };
}
