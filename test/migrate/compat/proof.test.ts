import { describe, expect, it } from 'vitest';
import { answerOf, proofRow, type Tried } from '../../../src/migrate/compat/proof.ts';
import { differences, type Outcome, replay } from '../../../src/migrate/compat/replay.ts';
import { schemaAllows } from '../../../src/model/ledger.ts';

const rows = (digest: string, columns = ['id']): Outcome => ({ kind: 'rows', columns, count: 1, digest });
const changed = (affected: number): Outcome => ({ kind: 'changed', affected });
const error = (code: number): Outcome => ({ kind: 'error', code, message: `error ${code}` });
const statement = (sql: string) => ({ session: 1, sql });

describe('a statement on another schema differs', () => {
  it.each<[string, Outcome, Outcome, Outcome, string | null]>([
    ['when it is refused', changed(1), changed(1), error(1054), 'refused'],
    ['when it is refused for another reason', error(1062), error(1062), error(1364), 'refused'],
    ['not when it is refused as before', error(1062), error(1062), error(1062), null],
    ['when what was refused is taken', error(1062), error(1062), changed(1), 'affected'],
    ['when it changes another number of rows', changed(2), changed(2), changed(1), 'affected'],
    ['when it answers with other columns', rows('a'), rows('a'), rows('a', ['id', 'new']), 'columns'],
    ['when it answers with other rows', rows('a'), rows('a'), rows('b'), 'rows'],
    ['not in rows that never were the same', rows('a'), rows('b'), rows('c'), null],
    ['not otherwise', rows('a'), rows('a'), rows('a'), null],
  ])('%s', (_, before, again, now, kind) => {
    const found = differences([statement('SELECT 1')], [[before], [again]], [now]);
    expect(found.map((difference) => difference.kind)).toEqual(kind === null ? [] : [kind]);
  });

  it('once for each shape, with how many there were', () => {
    const statements = [statement('SELECT a FROM t WHERE id = 1'), statement('SELECT a FROM t WHERE id = 2')];
    const before = [rows('a'), rows('b')];
    expect(differences(statements, [before, before], [error(1054), error(1054)])).toEqual([
      {
        kind: 'refused',
        shape: 'SELECT a FROM t WHERE id = ?',
        count: 2,
        before: '1 row of id',
        after: 'error 1054: error 1054',
      },
    ]);
  });
});

it('everything is said in one transaction that is rolled back, also when the connection is lost', async () => {
  const said: string[] = [];
  const say = async (sql: string): Promise<Outcome> => {
    said.push(sql);
    if (sql === 'SELECT 2') throw new Error('lost');
    return { kind: 'none' };
  };
  await expect(replay({ say }, ['SELECT 1', 'COMMIT', 'SELECT 2'].map(statement))).rejects.toThrow('lost');
  expect(said).toEqual(['START TRANSACTION', 'SELECT 1', 'SELECT 2', 'ROLLBACK']);
});

describe('the answer', () => {
  const tried = (more: Partial<Tried>): Tried => ({
    version: '1.0.0',
    schema: '0002_b',
    suite: { kind: 'passed' },
    replayed: null,
    ...more,
  });
  const replayed = (kind: 'refused' | 'columns') => ({
    recording: { statements: [statement('SELECT 1')] },
    differences: [{ kind, shape: 'SELECT a FROM t', count: 1, before: '', after: '' }],
  });

  it.each<[string, Partial<Tried>, string]>([
    ['yes: the suite passes', {}, 'yes'],
    ['yes: another answer that the suite is content with', { replayed: replayed('columns') }, 'yes'],
    ['unknown: a statement is refused, and the suite does not notice', { replayed: replayed('refused') }, 'unknown'],
    ['no: the suite fails', { suite: { kind: 'failed', exit: 1, tail: '' } }, 'no'],
    [
      'no, whatever the replay says',
      { suite: { kind: 'failed', exit: 1, tail: '' }, replayed: replayed('columns') },
      'no',
    ],
  ])('%s', (_, more, expected) => {
    expect(answerOf(tried(more))).toBe(expected);
  });

  it('outranks every declaration, before and after it', () => {
    const time = '2026-11-22T10:00:00Z';
    const declared = { version: '1.0.0', schema: '0002_b', answer: 'yes', proof: 'declared by 0002_b', time } as const;
    const proven = proofRow(tried({ suite: { kind: 'failed', exit: 1, tail: '' } }), time);
    const ledger = { formatVersion: 1, service: 'shop', rows: [declared, proven, declared] } as const;
    expect(schemaAllows(ledger, '1.0.0', '0002_b')).toBe('no');
    const again = proofRow(tried({}), time);
    expect(schemaAllows({ ...ledger, rows: [...ledger.rows, again] }, '1.0.0', '0002_b')).toBe('yes');
  });
});
