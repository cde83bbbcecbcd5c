import { beforeAll, describe, expect, test } from 'vitest';
import { goLookalike, type Known, loadKnown, lookalikes, npmLookalike } from '../../../src/scan/builtin/lookalikes.ts';
import { isNear } from '../../../src/scan/builtin/names.ts';
import { given } from '../../support/scan-tree.ts';

let known: Known;
beforeAll(async () => {
  known = await loadKnown();
});

describe('names of npm', () => {
  test.each([
    ['crossenv', 'cross-env'],
    ['loadsh', 'lodash'],
    ['lodahs', 'lodash'],
    ['expres', 'express'],
    ['exprress', 'express'],
    ['chalkk', 'chalk'],
    ['axois', 'axios'],
    ['reqeust', 'request'],
    ['socket.oi', 'socket.io'],
    ['@typse/node', '@types/node'],
    ['@bable/core', '@babel/core'],
  ])('%s could be taken for %s', (name, other) => {
    expect(npmLookalike(name, known)).toBe(other);
  });

  // Real packages, which are another thing than what they are near to.
  test.each([
    'express',
    'preact',
    'react',
    'mysql2',
    'ms',
    'ws',
    'koa',
    'colors',
    'color',
    'vitest',
    '@types/node',
    '@example/lodash',
    'our-own-package',
  ])('%s is a name of its own', (name) => {
    expect(npmLookalike(name, known)).toBeNull();
  });
});

describe('names of Go modules', () => {
  test.each([
    ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
    ['github.com/sirupsem/logrus', 'github.com/sirupsen/logrus'],
    ['github.com/gorila/mux', 'github.com/gorilla/mux'],
    ['gopkg.in/yaml.v33', null],
    ['gopkg.in/yam.v3', 'gopkg.in/yaml.v3'],
    ['github.com/labstack/echo/v5', null],
    ['github.com/somebody/mux', null],
    ['github.com/gorilla/muxx', null],
    ['github.com/Sirupsen/logrus', null],
    ['example.com/own', null],
  ])('%s: %s', (path, other) => {
    expect(goLookalike(path, known)).toBe(other);
  });
});

test('another number at the end, or the plural, is chosen on purpose', () => {
  expect(isNear('uuid4', 'uuid')).toBe(false);
  expect(isNear('globs', 'glob')).toBe(false);
  expect(isNear('ab', 'ba')).toBe(true);
  expect(isNear('abcd', 'badc')).toBe(false);
});

describe('what is judged', () => {
  const manifest = (...names: readonly string[]): string =>
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }, null, 2);
  const severities = async (files: Readonly<Record<string, string>>, before?: Readonly<Record<string, string>>) =>
    ((await lookalikes.look(given(files, before === undefined ? {} : { before }))) ?? []).map(
      ({ severity, package: one }) => `${severity} ${one?.name}`,
    );

  test('a name that is asked for fails where it is new, and is a warning where nothing is compared', async () => {
    const now = { 'package.json': manifest('lodash', 'loadsh') };
    expect(await severities(now)).toEqual(['medium loadsh']);
    expect(await severities(now, { 'package.json': manifest('lodash') })).toEqual(['high loadsh']);
    expect(await severities(now, now)).toEqual([]);
  });

  test('what others bring is theirs', async () => {
    const lock = JSON.stringify({
      lockfileVersion: 3,
      packages: { '': {}, 'node_modules/loadsh': { version: '1.0.0', integrity: 'sha512-x' } },
    });
    expect(await severities({ 'package-lock.json': lock }, {})).toEqual(['low loadsh']);
  });

  test('modules of Go that are asked for, and those that come with others', async () => {
    const mod =
      'module a\n\nrequire (\n\tgithub.com/sirupsem/logrus v1.0.0\n\tgithub.com/gorila/mux v1.0.0 // indirect\n)\n';
    expect(await severities({ 'go.mod': mod }, {})).toEqual([
      'high github.com/sirupsem/logrus',
      'low github.com/gorila/mux',
    ]);
  });

  test('a path or a repository has no name of the registry', async () => {
    const text = JSON.stringify({
      dependencies: { loadsh: 'file:../loadsh', expres: 'github:us/expres', axois: 'npm:axios@1' },
    });
    expect(await severities({ 'package.json': text }, {})).toEqual([]);
  });
});
