import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHILDREN, childProgram } from '../../scripts/testing/children.ts';
import { CURRENT, provide, sourcesName } from '../../scripts/testing/provide.ts';

const OWN = relative(process.cwd(), import.meta.filename);

let dir: string;
let home: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-provide-'));
  home = join(dir, 'home');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const put = (path: string, text: string): void => {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), text);
};
let builds = 0;
const building = (text: string) => async (at: string) => {
  builds++;
  mkdirSync(at);
  writeFileSync(join(at, 'program.js'), text);
};
const found = (): string => readFileSync(join(home, CURRENT, 'program.js'), 'utf8');

describe('a name for sources', () => {
  it('changes with a content, a path and a new file, and with nothing else', async () => {
    const name = () => sourcesName(dir, ['src/**', 'test/**/!(*.test).ts']);
    put('src/a.ts', 'a');
    const first = await name();
    const changes: readonly (readonly [string, string])[] = [
      ['src/a.ts', 'b'],
      ['src/deep/b.sh', 'b'],
      ['test/deep/child.ts', 'c'],
    ];
    const names = [first];
    for (const [path, text] of changes) {
      put(path, text);
      names.push(await name());
    }
    expect(new Set(names).size).toBe(changes.length + 1);
    for (const path of ['test/deep/child.test.ts', 'src/dist/a.js', 'src/node_modules/a.js', 'README.md'])
      put(path, '');
    expect(await name()).toBe(names.at(-1));
    put('src/a.ts', 'a');
    rmSync(join(dir, 'src/deep'), { recursive: true });
    rmSync(join(dir, 'test'), { recursive: true });
    expect(await name()).toBe(first);
  });
});

describe('what is built for tests', () => {
  it('is built once per sources, and what was built of others stays while it may be in use', async () => {
    builds = 0;
    for (const name of ['one', 'one', 'two', 'one']) await provide(home, name, building(name));
    expect(builds).toBe(2);
    expect(found()).toBe('one');
    expect(readdirSync(home).toSorted()).toEqual(['current', 'one', 'two']);
  });

  it('several at once end with one whole, and nothing is left of the others', async () => {
    await Promise.all(Array.from({ length: 6 }, () => provide(home, 'one', building('whole'))));
    expect(found()).toBe('whole');
    expect(readdirSync(home).toSorted()).toEqual(['current', 'one']);
  });

  it('a build that fails leaves what was there, and the next one builds again', async () => {
    await provide(home, 'one', building('one'));
    const fails = async (at: string) => {
      mkdirSync(at);
      writeFileSync(join(at, 'program.js'), 'half');
      throw new Error('no space');
    };
    await expect(provide(home, 'two', fails)).rejects.toThrow('no space');
    expect(found()).toBe('one');
    expect(readdirSync(home).toSorted()).toEqual(['current', 'one']);
    await provide(home, 'two', building('two'));
    expect(found()).toBe('two');
  });

  it('what nobody has used for a day goes, also what a killed build has left', async () => {
    for (const name of ['one', 'two']) await provide(home, name, building(name));
    mkdirSync(join(home, 'fresh-killed'));
    const old = new Date(Date.now() - 25 * 3_600_000);
    for (const name of ['one', 'two', 'fresh-killed']) utimesSync(join(home, name), old, old);
    await provide(home, 'two', building('two'));
    expect(readdirSync(home).toSorted()).toEqual(['current', 'two']);
  });
});

describe('programs that tests start', () => {
  it('each has its source, which stands in where nothing was built', () => {
    expect(Object.values(CHILDREN).filter((path) => !existsSync(path))).toEqual([]);
    expect(childProgram('release')).toMatch(/test\/e2e\/support\/release-child\.ts$/);
  });

  it('are named in one way only, else they would be started from their sources', async () => {
    const names = Object.values(CHILDREN).map((path) => basename(path));
    const other = new RegExp(`^(?!import|} from).*[/'"\`](${names.join('|').replaceAll('.', '\\.')})['"\`]`, 'm');
    const isOther = (text: string): boolean => names.some((name) => text.includes(name)) && other.test(text);
    const found: string[] = [];
    for await (const file of glob('test/**/*.ts', { exclude: ['test/bench/**'] }))
      if (file !== OWN && isOther(readFileSync(file, 'utf8'))) found.push(file);
    expect(found).toEqual([]);
  });
});
