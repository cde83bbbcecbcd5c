import { describe, expect, it } from 'vitest';
import { knownFile, type RepositoryLooked, strange } from '../../../src/backup/restic/known.ts';

const at = { repository: '/mnt/nas/shop', file: '/state/known.json' };
const codes = (looked: RepositoryLooked) => strange(looked, at).map(({ code }) => code);

describe('a repository', () => {
  it('may be made where nothing was stored yet', () => {
    expect(codes({ id: null, known: null, named: false })).toEqual([]);
  });

  it('is not made again where something was stored', () => {
    expect(codes({ id: null, known: null, named: true })).toEqual(['backup.no-repository']);
    expect(codes({ id: null, known: { v: 1, id: null }, named: false })).toEqual(['backup.no-repository']);
    expect(codes({ id: null, known: { v: 1, id: 'a' }, named: false })).toEqual(['backup.no-repository']);
  });

  it('is that of the backups so far, or the first that is looked at', () => {
    expect(codes({ id: 'a', known: { v: 1, id: 'a' }, named: true })).toEqual([]);
    expect(codes({ id: 'a', known: { v: 1, id: null }, named: true })).toEqual([]);
    expect(codes({ id: 'a', known: null, named: true })).toEqual([]);
    expect(codes({ id: 'b', known: { v: 1, id: 'a' }, named: true })).toEqual(['backup.other-repository']);
  });

  it('has a file whose name does not tell its address', () => {
    const file = knownFile({ directory: '/state' }, 'rest:https://user:secret@host/');
    expect(file).toMatch(/^\/state\/repositories\/[0-9a-f]{24}\.json$/);
  });
});
