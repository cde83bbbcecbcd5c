import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundles, writeBundle } from '../../scripts/bundle.ts';
import { command } from '../../scripts/testing/command.ts';
import { findingsOf, sarifLog } from '../../src/report/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { runStep } from '../e2e/support/actions.ts';

/** What is written as SARIF is what the published schema allows: the one of SARIF 2.1.0 that Microsoft's matchers bring. */
const PACKAGE = '@microsoft/sarif-matcher-utils@1.0.0-beta.0';
const SHA512 = 'JZzMgMK8nvSk6IDDjdC6HKbvj7knvatzwHmGAV5HeMe6kC6LFAy/a179Zzhw8lCKFXsR9siUm1H0nmc3KjcuZQ==';
const INSIDE = 'package/lib/schemas/sarif-2.1.0-rtm.5.json';

let dir = '';
let check: ValidateFunction;

async function done(argv: readonly string[]): Promise<string> {
  const { code, output } = await command(argv, { cwd: dir, live: false });
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${output}`);
  return output;
}

function complaints(log: unknown): unknown {
  return check(log) ? [] : check.errors;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-sarif-'));
  // Only the schema is wanted, none of what the package depends on.
  await done(['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', dir, PACKAGE]);
  const packed = join(dir, 'microsoft-sarif-matcher-utils-1.0.0-beta.0.tgz');
  expect(
    createHash('sha512')
      .update(await readFile(packed))
      .digest('base64'),
  ).toBe(SHA512);
  await done(['tar', '-xzf', packed, '-C', dir, INSIDE]);
  // Draft 4 differs from draft 7 here only in the name of its own address.
  const { $schema: _dialect, id: _address, ...schema } = JSON.parse(await readFile(join(dir, INSIDE), 'utf8'));
  check = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(schema);
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the schema refuses what is no SARIF', () => {
  expect(complaints({ version: '2.1.0', runs: [] })).toEqual([]);
  expect(complaints({ version: '2.0.0', runs: [] })).not.toEqual([]);
  expect(complaints({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
  expect(complaints({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{}] }] })).not.toEqual([]);
});

test('logs with results, without, and of a check that could not do its work', () => {
  const of = (where: string) => ({ code: 'migrate.gap', where, found: 'a', expected: 'b', remedy: 'c' });
  for (const problems of [[], [of('/w/db/0001.sql:1')], [of('/w/s.yaml:1:2'), of('/w/a.sql'), of('production')]]) {
    const { findings, others } = findingsOf(problems);
    expect(complaints(sarifLog(findings, { version: '0.1.0', root: '/w', failures: others }))).toEqual([]);
  }
});

test('the bundled action writes it although it fails, and annotates each line', async () => {
  const [service, dist] = [join(dir, 'shop'), join(dir, 'shiplock', 'actions', 'dist')];
  for (const bundle of bundles.filter(({ name }) => name === 'actions')) await writeBundle(bundle, dist);
  await writeFile(join(dir, 'shiplock', 'package.json'), await readFile('package.json'));
  const database = 'database: { engine: mariadb, migrations: db, dsn: { secret: env:DSN } }\n';
  await mkdir(join(service, 'db'), { recursive: true });
  await writeFile(join(service, 'shiplock.yaml'), `${MINIMAL}${database}`);
  await writeFile(
    join(service, 'db', '0001_a.sql'),
    '-- shiplock: phase=expnd\nCREATE TABLE a (id INT);\n\nUSE other;\n',
  );
  await writeFile(join(service, 'db', '3 c.sql'), 'SELECT 1;\n');
  const ran = await runStep('migrate', {
    dist,
    dir,
    cwd: service,
    inputs: { environment: 'production', state: join(dir, 'state'), plan: 'true', sarif: 'found.sarif' },
    env: { GITHUB_WORKSPACE: service, DSN: 'mysql://a:b@127.0.0.1:1/c' },
  });
  expect(ran.code, ran.log).toBe(1);
  const file = join(service, 'db', '0001_a.sql');
  expect(ran.log).toContain(`::error title=migrate.header-phase,file=${file},line=1::`);
  expect(ran.log).toContain(`::error title=migrate.statement-not-allowed,file=${file},line=4::`);
  const log = JSON.parse(await readFile(join(service, 'found.sarif'), 'utf8'));
  expect(complaints(log)).toEqual([]);
  const [run] = log.runs;
  expect(run.invocations).toMatchObject([{ executionSuccessful: true }]);
  const told = run.results.map((one: { ruleId: string; locations: readonly [{ physicalLocation: object }] }) => [
    one.ruleId,
    one.locations[0].physicalLocation,
  ]);
  const at = (uri: string) => ({ uri, uriBaseId: '%SRCROOT%' });
  expect(told.toSorted()).toEqual([
    ['migrate.file-name', { artifactLocation: at('db/3%20c.sql') }],
    ['migrate.header-phase', { artifactLocation: at('db/0001_a.sql'), region: { startLine: 1 } }],
    ['migrate.statement-not-allowed', { artifactLocation: at('db/0001_a.sql'), region: { startLine: 4 } }],
  ]);
}, 60_000);
