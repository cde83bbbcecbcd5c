import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { parseStatement } from '../../src/migrate/sql/parse/index.ts';
import { isReserved } from '../../src/migrate/sql/parse/reserved.ts';
import { seeded } from '../e2e/support/random.ts';
import { madeAlter, madeCreate } from '../migrate/sql/parse/made.ts';
import { describeOnEach } from '../support/databases.ts';
import { type GrammarOracle, grammarOracle } from '../support/grammar-oracle.ts';
import { mutated } from '../support/mutations.ts';
import { SAMPLES } from '../support/sql-samples.ts';

/** Our grammar beside the parser of a real server, on the same texts. */

describeOnEach('the grammar', (family) => {
  let server: DatabaseServer;
  let oracle: GrammarOracle;
  beforeAll(async () => {
    server = await family.start();
    oracle = await grammarOracle(server.root());
  }, 60_000);
  afterAll(async () => {
    await oracle[Symbol.asyncDispose]();
    await server.stop();
  });

  it('reads what the server reads, and refuses what it refuses', async () => {
    const differing: string[] = [];
    for (const sql of SAMPLES) {
      const ours = parseStatement(sql, family.engine);
      if (ours.ok !== (await oracle.reads(sql)))
        differing.push(`${ours.ok ? 'only we read' : 'only the server reads'}: ${sql}`);
    }
    expect(differing).toEqual([]);
  });

  it('reads tables made at random as the server does', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seeded(seed);
      const { text } = seed % 2 === 0 ? madeCreate(random, family.engine) : madeAlter(random);
      expect([parseStatement(text, family.engine).ok, await oracle.reads(text)], text).toEqual([true, true]);
    }
  });

  it('hardly ever reads a damaged statement that the server refuses', async () => {
    let refused = 0;
    const missed: string[] = [];
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = seeded(seed);
      const sql = mutated(SAMPLES[seed % SAMPLES.length] ?? '', random);
      if (await oracle.reads(sql)) continue;
      refused += 1;
      if (parseStatement(sql, family.engine).ok) missed.push(sql);
    }
    expect(refused).toBeGreaterThan(200);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(refused * 0.05);
  });

  it('knows the words that are reserved', async () => {
    const words =
      'RANK ROWS OFFSET SYSTEM WINDOW RETURNING LATERAL EMPTY GROUPS STORED VIRTUAL CUBE OF DATABASE OVER EXCEPT STATUS'.split(
        ' ',
      );
    for (const word of [
      ...words,
      'USER',
      'JSON',
      'DATE',
      'PERIOD',
      'VALUE',
      'NUMBER',
      'ACTION',
      'STATS_PERSISTENT',
      'PAGE_CHECKSUM',
    ]) {
      const free = await oracle.reads(`CREATE TABLE x (${word} INT)`);
      expect([word, isReserved(word, family.engine, false)]).toEqual([word, !free]);
    }
  });
});
