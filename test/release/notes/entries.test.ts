import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authorsIn, type Commit, commitsIn, entriesOf } from '../../../src/release/notes/entries.ts';
import { readMessage } from '../../../src/release/notes/message.ts';

/** `a` → an id of forty digits that begins with it. */
function id(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(40, '0');
}

function commit(name: string, parents: readonly string[], message: string, author = 'Mia'): Commit {
  return {
    id: id(name),
    parents: parents.map(id),
    author,
    time: '2026-11-22T06:00:00.000Z',
    message: readMessage(message),
  };
}

function told(commits: readonly Commit[]): readonly string[] {
  return entriesOf(commits).map(
    ({ title, commits: inside, kind, authors, takenBackBy }) =>
      `${title} [${inside.length}] ${kind ?? '-'} ${authors.join('+')}${takenBackBy === null ? '' : ' taken back'}`,
  );
}

test('a pull request is one entry with what it brought; what came from the main line meanwhile is not its own', () => {
  const merge = 'Merge pull request #12 from mia/owners\n\nOwners of renewals';
  expect(
    told([
      commit('m', ['b', 'f2'], merge, 'Robot'),
      commit('f2', ['f1', 'b'], "Merge branch 'main' into owners"),
      commit('b', ['a'], 'fix: on the main line', 'Ben'),
      commit('f1', ['a'], 'feat: owner', 'Mia'),
      commit('a', ['before'], 'older'),
    ]),
  ).toEqual(['Owners of renewals [2] feat Mia', 'on the main line [0] fix Ben', 'older [0] - Mia']);
});

test('a pull request into a pull request stands beside it, and nothing is told twice', () => {
  expect(
    told([
      commit('outer', ['a', 'inner'], 'Merge pull request #2 from x/outer\n\nouter'),
      commit('inner', ['o1', 'i1'], 'Merge pull request #1 from x/inner\n\ninner'),
      commit('i1', ['o1'], 'fix: i'),
      commit('o1', ['a'], 'docs: o'),
      commit('a', [], 'first'),
    ]),
  ).toEqual(['outer [1] docs Mia', 'inner [1] fix Mia', 'first [0] - Mia']);
});

test('a merge without a pull request is left out, unless it breaks something', () => {
  const [entry, ...others] = entriesOf([
    commit('m', ['a', 'f'], "Merge branch 'f'\n\nBREAKING CHANGE: needs an owner"),
    commit('f', ['a'], 'chore: f'),
  ]);
  expect(entry).toMatchObject({ breaking: true, breakingNotes: ['needs an owner'] });
  expect(others).toHaveLength(1);
});

test('what breaks inside of a pull request makes it break', () => {
  const [entry] = entriesOf([
    commit('m', ['a', 'f'], 'Merge pull request #1 from x/y\n\nsmall things'),
    commit('f', ['a'], 'fix!: f\n\nBREAKING CHANGE: no f\n\nCo-authored-by: Ben <b@x>'),
  ]);
  expect(entry).toMatchObject({ breaking: true, breakingNotes: ['no f'], kind: 'fix', authors: ['Mia', 'Ben'] });
});

test('what is taken back says so, and stands again when that is taken back', () => {
  const revert = (name: string, of: string) => commit(name, [of], `Revert "x"\n\nThis reverts commit ${id(of)}.`);
  expect(told([revert('b', 'a'), commit('a', [], 'feat: a')])).toEqual([
    'Revert "x" [0] revert Mia',
    'a [0] feat Mia taken back',
  ]);
  expect(told([revert('c', 'b'), revert('b', 'a'), commit('a', [], 'feat: a')])).toEqual([
    'Revert "x" [0] revert Mia',
    'Revert "x" [0] revert Mia taken back',
    'a [0] feat Mia',
  ]);
  expect(
    told([
      commit('r', ['m'], 'Revert "a" (#3)\n\nReverts shop/cart#2'),
      commit('m', ['0', 'a'], 'Merge pull request #2 from x/y\n\na'),
      commit('b', ['a'], 'fix: one more'),
      commit('a', ['0'], 'feat: a'),
    ]),
  ).toContain('a [1] feat Mia taken back');
});

test('every commit is told once, whatever the history looks like', () => {
  const history = fc.array(fc.record({ parents: fc.array(fc.nat(30), { maxLength: 3 }), pull: fc.boolean() }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(history, (nodes) => {
      const commits = nodes
        .map(({ parents, pull }, index) =>
          commit(
            `n${index}`,
            [...new Set(parents.filter((parent) => parent < index))].map((parent) => `n${parent}`),
            pull ? `Merge pull request #${index + 1} from x/y\n\nt` : 'feat: t',
          ),
        )
        .toReversed();
      const entries = entriesOf(commits);
      const shown = entries.flatMap((entry) => [entry.commit, ...entry.commits]);
      expect(new Set(shown).size).toBe(shown.length);
      const plain = commits.filter(({ parents }) => parents.length < 2).map((one) => one.id);
      expect(plain.filter((one) => !shown.includes(one))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('git writes records that end with a NUL; names are counted', () => {
  const record = (author: string) =>
    `${'a'.repeat(40)}\n${'b'.repeat(40)} ${'c'.repeat(40)}\n1700000000\n${author}\nfeat: x\n\nbody\n\0`;
  const commits = commitsIn(`${record('Mia')}${record('')}`);
  expect(commits).toMatchObject([
    { author: 'Mia', time: '2023-11-14T22:13:20.000Z', parents: ['b'.repeat(40), 'c'.repeat(40)] },
    { author: '(no name)' },
  ]);
  expect(commitsIn('')).toEqual([]);
  const entries = entriesOf([commit('a', [], 'x', 'Ben'), commit('b', [], 'y', 'Mia'), commit('c', [], 'z', 'Mia')]);
  expect(authorsIn(entries)).toEqual([
    { name: 'Mia', entries: 2 },
    { name: 'Ben', entries: 1 },
  ]);
});
