import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { withoutMysql } from '../support/families.ts';
import { live, release, run, serving } from './support/kinds.ts';

/** Which version may run on which schema: what a release is refused for, and when a rollback asks first. On MySQL; other files release on MariaDB. */

const BREAKING = '0006_notes.sql';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    database: true,
    engine: withoutMysql() ? 'mariadb' : 'mysql',
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
  });
});
afterAll(() => lab.stop());

/** A migration that declares what it breaks. */
async function migration(breaks: string): Promise<void> {
  const sql = `-- shiplock: phase=expand breaks=${breaks}\nCREATE TABLE notes (id INT PRIMARY KEY);\n`;
  await writeFile(join(lab.service, 'migrations', BREAKING), sql);
}

/** Asked again where the database took longer than the second that `status` gives it on a busy machine. */
async function everything() {
  let { routes, schema, live: version, git } = await live(lab);
  for (let asked = 1; schema === null && asked < 10; asked += 1) {
    ({ routes, schema, live: version, git } = await live(lab));
  }
  return { routes, schema, version, git };
}

describe('a migration that breaks what serves', () => {
  it('is refused before anything is changed', async () => {
    await lab.commit('1.0.0');
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done' });
    const before = await everything();
    expect(before).toMatchObject({ version: '1.0.0', schema: '0005_renewals' });
    await migration('<2');
    await lab.commit('2.0.0');
    expect(await release(lab)).toMatchObject({ code: 5, codes: ['release.schema-breaks-stable'] });
    expect(await everything()).toEqual(before);
  });

  it('is refused where the name of what serves has no place in the range', async () => {
    await rm(join(lab.service, 'migrations', BREAKING));
    await lab.commit(null, { env: { CERTKEEPER_SLOW_REQUEST: '700ms' } });
    const named = await release(lab, ['--release', 'night-shift']);
    expect(named).toMatchObject({ code: 0, outcome: 'done', version: 'night-shift' });
    const before = await everything();
    await migration('<2');
    await lab.commit('2.0.1');
    expect(await release(lab)).toMatchObject({ code: 5, codes: ['release.schema-unknown'] });
    expect(await everything()).toEqual(before);
  });
});

describe('a rollback', () => {
  it('is refused, asked about, or made, as the ledger says of the version it leads to', async () => {
    await rm(join(lab.service, 'migrations', BREAKING));
    await lab.commit('3.0.0');
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done' });
    await migration('<2');
    await lab.commit('3.1.0');
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done', before: '3.0.0' });
    const before = await everything();
    expect(before).toMatchObject({ version: '3.1.0', schema: '0006_notes' });
    const ledger = await readFile(join(lab.state, 'ledgers', 'production.json'), 'utf8');
    expect(JSON.parse(ledger).rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ version: '3.1.0', schema: '0006_notes', answer: 'yes' }),
        expect.objectContaining({ version: '3.0.0', schema: '0006_notes', answer: 'yes' }),
      ]),
    );

    const refused = await run(lab, ['rollback', 'production', '--to', '1.0.0', '--reason', 'try']);
    expect(refused).toMatchObject({ code: 5, codes: ['release.rollback-breaks'] });
    expect(await everything()).toEqual(before);

    const asked = await run(lab, ['rollback', 'production', '--to', 'night-shift', '--reason', 'try']);
    expect(asked).toMatchObject({ code: 3, outcome: 'waiting' });
    expect(await everything()).toEqual(before);
    const evidence = ['--evidence', 'decision=go-back', '--evidence', 'reason=it never reads the table notes'];
    expect((await run(lab, ['gate', 'fill', asked.run, asked.gate ?? '', ...evidence])).code).toBe(0);
    expect(await run(lab, ['resume', asked.run])).toMatchObject({ code: 0, outcome: 'done' });
    expect(await serving(lab)).toEqual({ 'night-shift': 1 });
    expect(await everything()).toMatchObject({ version: 'night-shift', schema: '0006_notes' });
    expect(await lab.named()).toContain('night-shift');
  });
});

describe('a migration that breaks what serves and does not say so', () => {
  it('is found out by the smoke requests of what serves, before any traffic moves', async () => {
    const sql = 'ALTER TABLE schema_generation RENAME COLUMN generation TO level;\n';
    const waived = '-- shiplock: waive=C01 until=2999-12-31 owner=ann reason=it must be found out\n';
    await writeFile(join(lab.service, 'migrations', '0007_level.sql'), `-- shiplock: phase=expand\n${waived}${sql}`);
    await lab.commit('4.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '710ms' } });
    const { version, git } = await everything();
    const broken = await release(lab);
    expect(broken).toMatchObject({ code: 1, outcome: 'failed', codes: ['release.stable-broken'] });
    expect(broken.text).toContain('api night-shift');
    expect(broken.text).not.toContain('Install api');
    // The migration is there, and nothing else.
    const now = await everything();
    expect(now).toMatchObject({ version, git, schema: '0007_level' });
    expect(now.routes?.map((route) => route.version)).toEqual([version]);
  });

  it('is asked about when the same is tried again: nobody knows any more what it answered before', async () => {
    const before = await everything();
    const again = await release(lab);
    expect(again).toMatchObject({ code: 3, outcome: 'waiting', gate: expect.stringContaining('stable-broken') });
    expect(again.text).not.toContain('Install api');
    const evidence = ['--evidence', 'decision=stop', '--evidence', 'reason=it is broken, look at its log'];
    expect((await run(lab, ['gate', 'fill', again.run, again.gate ?? '', ...evidence])).code).toBe(0);
    expect(await run(lab, ['resume', again.run])).toMatchObject({ codes: ['procedure.gate-rejected'] });
    expect(await everything()).toEqual(before);
  });

  it('and not where the next release gives back what it needs', async () => {
    const sql = 'ALTER TABLE schema_generation RENAME COLUMN level TO generation;\n';
    const waived = '-- shiplock: waive=C01 until=2999-12-31 owner=ann reason=it gives back what was taken\n';
    await writeFile(join(lab.service, 'migrations', '0008_back.sql'), `-- shiplock: phase=expand\n${waived}${sql}`);
    await lab.commit('4.0.1', { env: { CERTKEEPER_SLOW_REQUEST: '711ms' } });
    expect(await release(lab)).toMatchObject({ code: 0, outcome: 'done', version: '4.0.1' });
    expect(await everything()).toMatchObject({ version: '4.0.1', schema: '0008_back' });
  });
});
