import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  advanced,
  contains,
  gtidSetText,
  gtidStateText,
  gtidText,
  minus,
  parseGtid,
  parseGtidSet,
  parseGtidState,
  sameSet,
  union,
} from '../../../src/backup/replay/gtid.ts';

const A = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const B = '4e11fa47-71ca-11e1-9e33-c80aa9429562';

function set(text: string) {
  const found = parseGtidSet(text);
  if (found === null) throw new Error(`no set: ${text}`);
  return found;
}

test('a set is written as MySQL writes it, tags with their server', () => {
  expect(gtidSetText(set(`${B}:7,\n ${A.toUpperCase()}:3-5:1:2:tagged:9:4-8`))).toBe(`${A}:1-5:tagged:4-9,${B}:7`);
  expect(gtidSetText(set(''))).toBe('');
  for (const wrong of ['x', `${A}`, `${A}:0`, `${A}:5-3`, `${A}:1-`, `${A}:9tag:1`])
    expect(parseGtidSet(wrong)).toBeNull();
});

test('one transaction is read in the form of its family only', () => {
  const tagged = parseGtid(`${A}:tag:7`, 'mysql');
  expect(tagged).toEqual({ family: 'mysql', source: `${A}:tag`, number: 7 });
  expect(tagged === null ? '' : gtidText(tagged)).toBe(`${A}:tag:7`);
  expect(parseGtid(`${A}:1-2`, 'mysql')).toBeNull();
  expect(parseGtid('0-1-7', 'mysql')).toBeNull();
  expect(parseGtid('0-1-7', 'mariadb')).toEqual({ family: 'mariadb', domain: 0, server: 1, number: 7 });
  expect(parseGtid(`${A}:7`, 'mariadb')).toBeNull();
});

test('a place of MariaDB holds what its domain had before, of any server', () => {
  const state = parseGtidState('0-1-7,3-2-1', 'mariadb');
  if (state === null) throw new Error('no state');
  const has = (text: string) => {
    const gtid = parseGtid(text, 'mariadb');
    return gtid !== null && contains(state, gtid);
  };
  expect(['0-1-7', '0-9-3', '3-2-1'].map(has)).toEqual([true, true, true]);
  expect(['0-1-8', '3-2-2', '1-1-1'].map(has)).toEqual([false, false, false]);
  expect(gtidStateText(advanced(state, [{ family: 'mariadb', domain: 3, server: 5, number: 2 }]))).toBe('0-1-7,3-5-2');
});

/** Sets small enough to be compared number by number. */
const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }));
const sets = fc.record({ a: numbers, b: numbers });

function made({ a, b }: { readonly a: readonly number[]; readonly b: readonly number[] }) {
  const words = [...a.map((n) => `${A}:${n}`), ...b.map((n) => `${B}:${n}`)];
  return { names: new Set(words), set: set(words.join(',')) };
}

test('sets behave as sets do', () => {
  fc.assert(
    fc.property(sets, sets, (one, two) => {
      const x = made(one);
      const y = made(two);
      const of = (names: Iterable<string>) => set([...names].join(','));
      expect(sameSet(union(x.set, y.set), of([...x.names, ...y.names]))).toBe(true);
      expect(sameSet(minus(x.set, y.set), of([...x.names].filter((name) => !y.names.has(name))))).toBe(true);
      expect(gtidSetText(set(gtidSetText(x.set)))).toBe(gtidSetText(x.set));
      const added = [...two.a, ...two.b].map((number, index) => ({
        ...{ family: 'mysql' as const, source: index < two.a.length ? A : B, number },
      }));
      expect(gtidStateText(advanced({ family: 'mysql', set: x.set }, added))).toBe(gtidSetText(union(x.set, y.set)));
    }),
  );
});
