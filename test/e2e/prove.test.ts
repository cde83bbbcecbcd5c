import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { ledgerSchema, schemaAllows } from '../../src/model/ledger.ts';
import { readLedger } from '../../src/release/record.ts';
import { release, serving } from './support/kinds.ts';

/** certkeeper's own test suite says which of its versions run on which schema, and releases go by that. */

let lab: Lab;
let scratch: Mariadb;

beforeAll(async () => {
  lab = await openLab({
    database: true,
    frontend: false,
    ports: await freePortRange(21),
    traffic: { longestTimeout: '500ms', deadMan: '3s' },
    metrics: { every: '200ms' },
    rollout: {
      steps: [{ share: '50%', bake: '1s' }],
      analysis: { past: '0s' },
      finalBake: '500ms',
      healthDeadline: '20s',
      lowTraffic: 'smoke',
      analysisDeadline: '1s',
    },
    migrations: {
      compatibility: {
        required: true,
        command: ['go', 'test', '-count=1', './internal/store/'],
        directory: 'api',
        env: { CERTKEEPER_TEST_DSN: '{user}:{password}@tcp({host}:{port})/{database}' },
      },
    },
  });
  scratch = await startMariadb();
});
afterAll(async () => {
  await lab.stop();
  await scratch[Symbol.asyncDispose]();
});

const FILE = '0006_change.sql';

async function change(version: string, sql: string): Promise<void> {
  await writeFile(join(lab.service, 'migrations', FILE), sql);
  await lab.commit(version, { env: { CERTKEEPER_SLOW_REQUEST: `${700 + version.length}ms` } });
}

function prove(...more: readonly string[]) {
  return lab.shiplock([
    'migrate',
    'prove',
    'production',
    '--server',
    `mysql://root@127.0.0.1:${scratch.port}/`,
    ...more,
  ]);
}

async function allows(version: string): Promise<string> {
  const ledger = ledgerSchema.parse(await readLedger(lab.state, 'production', 'certkeeper'));
  return schemaAllows(ledger, version, FILE.slice(0, -'.sql'.length));
}

describe('what the suite of what serves says of the schema to come', () => {
  it('a column more: it stays, and the ledger has the proof', async () => {
    await lab.commit('1.0.0');
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done' });
    await change('2.0.0', 'ALTER TABLE servers ADD COLUMN rack VARCHAR(20) NULL;\n');
    // Declared it is, by a file that breaks nothing; here that is not enough.
    expect(await release(lab)).toMatchObject({ code: 5, codes: ['release.schema-unknown'] });
    // Without --server one is started for the proof.
    const tried = await lab.shiplock(['migrate', 'prove', 'production']);
    expect(tried.code, tried.stdout + tried.stderr).toBe(0);
    expect(tried.stdout).toMatch(
      /1\.0\.0 on 0006_change +yes +its own suite passes there; \d+ of its statements replayed, the same answers/,
    );
    expect(tried.stdout).toMatch(/2\.0\.0 on 0006_change +yes/);
    expect(await allows('1.0.0')).toBe('yes');
    // Now it would begin.
    expect((await lab.shiplock(['release', 'production', '--dry-run'])).code).toBe(0);
  });

  it('what its header does not declare is found out, and the release is refused before anything is changed', async () => {
    // To the letter this is an expand migration that breaks nothing.
    await change(
      '2.0.1',
      '-- shiplock: phase=expand\n-- shiplock: waive=C01,D06 until=2999-12-31 owner=ann reason=the suites must find it out\nALTER TABLE servers CHANGE address place VARCHAR(253) NOT NULL;\n',
    );
    const file = join(lab.service, 'api', 'internal', 'store', 'servers.go');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('name, address,', 'name, place,'));
    await lab.commit('2.0.2');
    const looked = await prove('--dry-run', '--json');
    expect(looked.code, looked.stdout + looked.stderr).toBe(1);
    expect(JSON.parse(looked.stdout)).toMatchObject({ serving: '1.0.0', coming: '2.0.2', run: null });
    expect(await allows('1.0.0')).toBe('yes');
    const tried = await prove();
    expect(tried.code).toBe(1);
    expect(tried.stdout).toMatch(/1\.0\.0 on 0006_change +no +its own suite fails there \(exit 1\)/);
    expect(tried.stdout).toMatch(/refused: SELECT id, name, address/);
    expect(tried.stdout).toContain("Unknown column 'address'");
    expect(await allows('1.0.0')).toBe('no');
    expect(await release(lab)).toMatchObject({ code: 5, codes: ['release.schema-breaks-stable'] });
    expect(await serving(lab)).toEqual({ '1.0.0': 1 });
  });

  it('where there is nothing to try with, it says so', async () => {
    const real = await lab.shiplock([
      'migrate',
      'prove',
      'production',
      '--server',
      `mysql://root@127.0.0.1:${lab.mariadb?.port}/`,
    ]);
    expect(real.code).toBe(1);
    expect(real.stderr).toContain('migrate.scratch-is-real');
    const away = await lab.shiplock(['migrate', 'prove', 'production', '--server', 'mysql://root@127.0.0.1:1/']);
    expect(away.stderr).toContain('migrate.scratch-unreachable');
  });
});
