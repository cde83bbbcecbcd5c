import { describe, expect, test } from 'vitest';
import { environmentNames, isOnHosts, loadConfig, resolveEnvironment } from '../../../src/config/index.ts';
import { unwrap } from '../../../src/model/problem.ts';
import { type Answers, complete } from '../../../src/release/init/answers.ts';
import { diffLines } from '../../../src/release/init/diff.ts';
import { draft, ignored } from '../../../src/release/init/draft.ts';
import { withLines } from '../../../src/release/init/init.ts';
import { type Found, listenVariable, originOf, plainName, readyPath } from '../../../src/release/init/look.ts';

/** Every combination of what `init` can write is a valid configuration. */

const GO: NonNullable<Answers['go']> = {
  kind: 'go',
  source: 'api',
  package: './cmd/shop',
  binary: 'shop',
  ready: '/readyz',
  listen: 'SHOP_LISTEN',
  sure: true,
};
const FILES: NonNullable<Answers['files']> = {
  kind: 'static',
  source: 'web',
  build: ['npm', 'run', 'build'],
  output: 'dist',
};
const ODD = { ...GO, source: 'a b: #c', package: '.', listen: null, sure: false };

const parts: readonly (readonly [string, Answers['go'], Answers['files']])[] = [
  ['an API', GO, null],
  ['files', null, FILES],
  ['files as they are', null, { ...FILES, source: '.', build: null, output: '.' }],
  ['an API with files', GO, FILES],
  ['an odd path', ODD, null],
];
const rest = [
  { database: null },
  { database: { engine: 'mysql', migrations: 'migrations' } },
  { database: { engine: 'mariadb', migrations: 'db/migrations' } },
] as const;

const all = parts.flatMap(([name, go, files]) =>
  rest.flatMap(({ database }) =>
    (['haproxy', 'nginx'] as const).flatMap((traffic) =>
      (['canary', 'blue-green'] as const).flatMap((strategy) =>
        [['production'], ['development', 'staging', 'production']].map((environments): [string, Answers] => [
          `${name}, ${database?.engine ?? 'no database'}, ${traffic}, ${strategy}, ${environments.length}`,
          { service: 'shop', go, files, database, traffic, strategy, environments },
        ]),
      ),
    ),
  ),
);

test.each(all)('valid: %s', (_name, answers) => {
  const config = unwrap(loadConfig(draft(answers), { file: 'shiplock.yaml' }));
  expect(environmentNames(config)).toEqual(answers.environments);
  const resolved = answers.environments.map((name) => {
    const environment = unwrap(resolveEnvironment(config, name, { baseDir: '/srv/shop' }));
    if (!isOnHosts(environment)) throw new Error(`${name} is on hosts`);
    return environment;
  });
  expect(new Set(resolved.map(({ traffic }) => traffic.bind)).size).toBe(answers.environments.length);
  expect(new Set(resolved.map(({ platform }) => platform.ports.first)).size).toBe(answers.environments.length);
  for (const one of resolved) {
    expect(one.traffic.kind).toBe(answers.traffic);
    expect(one.rollout.strategy).toBe(answers.strategy);
    expect(one.database?.engine ?? null).toBe(answers.database?.engine ?? null);
  }
});

test('says why, and where it was not sure', () => {
  const sure = draft({
    ...all[0]?.[1],
    service: 'shop',
    go: GO,
    files: FILES,
    database: null,
    traffic: 'haproxy',
    strategy: 'canary',
    environments: ['production'],
  });
  expect(sure.split('\n').filter((line) => line.trim().startsWith('#')).length).toBeGreaterThan(12);
  expect(sure).not.toContain('check it');
  const unsure = draft({
    service: 'shop',
    go: ODD,
    files: null,
    database: null,
    traffic: 'haproxy',
    strategy: 'canary',
    environments: ['production'],
  });
  expect(unsure).toContain('No such path was seen in the sources: check it');
  expect(unsure).toContain('source: "a b: #c"');
});

const FOUND: Found = {
  service: 'shop',
  go: [GO],
  files: [FILES],
  components: ['go:api', 'static:web'],
  migrations: 'migrations',
};

describe('complete', () => {
  test('takes what was found', () => {
    expect(complete({}, FOUND)).toMatchObject({
      kind: 'complete',
      answers: { service: 'shop', go: GO, files: FILES, database: { engine: 'mysql' }, traffic: 'haproxy' },
    });
  });
  test('flags come before findings', () => {
    const wishes = {
      service: 'other',
      components: ['go:./api/'],
      ready: '/up',
      database: 'none',
      traffic: 'nginx',
    } as const;
    expect(complete(wishes, FOUND)).toMatchObject({
      answers: { service: 'other', go: { source: 'api', ready: '/up' }, files: null, database: null, traffic: 'nginx' },
    });
  });
  test.each([
    [{}, { ...FOUND, service: null }, '--service'],
    [{}, { ...FOUND, components: [] }, '--component'],
    [{ components: ['api'] }, FOUND, '--component'],
    [{ database: 'mysql' as const }, { ...FOUND, migrations: null }, '--migrations'],
    [{ environments: ['Production'] }, FOUND, '--environment'],
  ])('names the flag that is missing: %j', (wishes, found, flag) => {
    expect(complete(wishes, found)).toMatchObject({ kind: 'missing', problems: [{ code: 'cli.usage', where: flag }] });
  });
});

test.each([
  ['git@host:team/Cert_Keeper.git', 'cert-keeper'],
  ['https://host/team/shop', 'shop'],
  ['/srv/2024-shop/', 'shop'],
  ['___', null],
])('the name of %s is %s', (place, name) => expect(plainName(place)).toBe(name));

test('reads the remote out of the settings of git', () => {
  const settings = '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@host:team/shop.git\n\tfetch = x\n';
  expect(originOf(settings)).toBe('git@host:team/shop.git');
  expect(originOf('[remote "other"]\n\turl = a\n')).toBeNull();
});

test('finds paths and variables as programs write them', () => {
  expect(readyPath('mux.Handle("GET /readyz", ready)\nmux.Handle("/healthz", live)')).toBe('/readyz');
  expect(readyPath('nothing')).toBeNull();
  expect(listenVariable('os.Getenv("SHOP_LISTEN_ADDR")')).toBe('SHOP_LISTEN_ADDR');
  expect(listenVariable('os.Getenv("PORT")')).toBe('PORT');
  expect(listenVariable('os.Getenv("SHOP_REPORT")')).toBeNull();
});

test('adds to .gitignore what is missing, once', () => {
  const lines = ignored({ files: FILES });
  expect(lines).toEqual(['.shiplock/', 'node_modules/', 'web/dist/']);
  const once = withLines('node_modules\n*.log', lines);
  expect(once).toBe('node_modules\n*.log\n.shiplock/\nweb/dist/\n');
  expect(withLines(once, lines)).toBe(once);
});

test('shows what changes with a little around it', () => {
  const before = Array.from({ length: 12 }, (_, index) => `line ${index}`).join('\n');
  expect(diffLines(before, before.replace('line 6', 'line six'))).toEqual([
    '  line 4',
    '  line 5',
    '- line 6',
    '+ line six',
    '  line 7',
    '  line 8',
    '  …',
  ]);
  expect(diffLines('a\n', 'a\n')).toEqual([]);
});
