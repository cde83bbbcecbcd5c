import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startMariadb } from '../../../scripts/components/mariadb.ts';
import { startMysql } from '../../../scripts/components/mysql.ts';
import { parseStatement } from '../../../src/migrate/sql/parse/index.ts';
import type { Dialect } from '../../../src/migrate/sql/tree.ts';
import { seeded } from '../../e2e/support/random.ts';
import { grammarOracle } from '../../support/grammar-oracle.ts';
import { mutated } from '../../support/mutations.ts';
import { type Figure, say } from '../support/figure.ts';
import { type Peer, parsePeers } from './peers.ts';
import { appTexts, suiteTexts } from './texts.ts';

/**
 * What the grammar reads and refuses, beside a real server that is asked the same (PREPARE) and beside other parsers. Arguments: --suite DIR the
 * server's own suite (mysql-test), --apps DIR migrations of an application (as often as you like), --dialect mysql|mariadb (default mysql),
 * --mutations N (default 5000), --peers N statements for other parsers (default 3000, 0: none), --show FILE lists what differed.
 */
export async function parseBench(words: readonly string[]): Promise<readonly Figure[]> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      suite: text,
      apps: { ...text, multiple: true },
      dialect: text,
      mutations: text,
      peers: text,
      show: text,
    },
    allowPositionals: true,
  });
  const dialect: Dialect = values.dialect === 'mariadb' ? 'mariadb' : 'mysql';
  await using server = await (dialect === 'mysql' ? startMysql() : startMariadb());
  await using oracle = await grammarOracle(server.root());
  const figures: Figure[] = [];
  const differing: string[] = [];
  const pool: string[] = [];
  const judge = async (name: string, texts: readonly string[]): Promise<Judged> => {
    const judged: Judged = { valid: [], invalid: [] };
    for (const sql of texts) ((await oracle.reads(sql)) ? judged.valid : judged.invalid).push(sql);
    const list = (what: string, missed: readonly string[]): void => {
      for (const sql of missed) differing.push(`${name}: ${what}: ${JSON.stringify(sql)}`);
    };
    list(
      'only the server reads',
      judged.valid.filter((sql) => !parseStatement(sql, dialect).ok),
    );
    list(
      'only we read',
      judged.invalid.filter((sql) => parseStatement(sql, dialect).ok),
    );
    return judged;
  };
  if (values.suite !== undefined) {
    say('asking the server about its suite');
    const { valid, invalid } = await judge('suite', suiteTexts(values.suite));
    figures.push(share(`DDL of the suite that the server reads, read (${dialect})`, valid, ours(dialect), 95));
    figures.push(share('DDL of the suite that the server refuses (1064), refused', invalid, refused(dialect), 95));
    pool.push(...valid);
  }
  const applications: string[] = [];
  for (const dir of values.apps ?? []) {
    const { name, files, statements, unsplit } = appTexts(dir);
    say(`asking the server about ${name}`);
    const { valid, invalid } = await judge(name, statements);
    const what = `${name}: ${files} files (${unsplit} not split), ${statements.length} statements, of which the server refuses ${invalid.length}; read`;
    figures.push({ ...share(what, valid, ours(dialect), 99), met: null });
    applications.push(...valid);
  }
  if (applications.length > 0)
    figures.push(share('statements of all applications, read', applications, ours(dialect), 99));
  pool.push(...applications);
  say('damaging statements');
  const random = seeded(8);
  const damaged = Array.from({ length: pool.length === 0 ? 0 : Number(values.mutations ?? '5000') }, () =>
    mutated(pool[Math.floor(random() * pool.length)] ?? '', random),
  );
  const { valid: alive, invalid: dead } = await judge('damaged', damaged);
  figures.push(share('damaged statements that the server refuses (1064), refused', dead, refused(dialect), 95));
  figures.push({
    ...share('damaged statements that the server still reads, read', alive, ours(dialect), 95),
    met: null,
  });
  figures.push(...speeds(pool, dialect));
  const count = Number(values.peers ?? '3000');
  if (count > 0 && dialect === 'mysql')
    figures.push(...peerFigures(await parsePeers(), sample(pool, count), sample(dead, count)));
  if (values.show !== undefined) writeFileSync(values.show, `${differing.join('\n')}\n`);
  return figures;
}

interface Judged {
  readonly valid: string[];
  readonly invalid: string[];
}

const ours =
  (dialect: Dialect) =>
  (sql: string): boolean =>
    parseStatement(sql, dialect).ok;
const refused =
  (dialect: Dialect) =>
  (sql: string): boolean =>
    !parseStatement(sql, dialect).ok;

function share(name: string, texts: readonly string[], holds: (sql: string) => boolean, percent: number): Figure {
  const count = texts.filter(holds).length;
  const reached = texts.length === 0 ? 100 : (100 * count) / texts.length;
  return {
    name,
    value: `${reached.toFixed(2)} % of ${texts.length}`,
    target: `≥ ${percent} %`,
    met: reached >= percent,
  };
}

/** Some of them, spread evenly. */
function sample(texts: readonly string[], count: number): readonly string[] {
  const every = Math.max(1, texts.length / count);
  return Array.from({ length: Math.min(count, texts.length) }, (_, index) => texts[Math.floor(index * every)] ?? '');
}

/** Statements per second of processor time: what else runs on the machine takes little away from it. */
function perSecond(texts: readonly string[], read: (sql: string) => unknown): number {
  const before = process.cpuUsage();
  for (const sql of texts) read(sql);
  const { user, system } = process.cpuUsage(before);
  return texts.length / ((user + system) / 1e6);
}

function speeds(pool: readonly string[], dialect: Dialect): readonly Figure[] {
  if (pool.length === 0) return [];
  const rate = perSecond(pool, ours(dialect));
  return [
    { name: 'statements read per second of one core', value: rate.toFixed(0), target: '≥ 150', met: rate >= 150 },
  ];
}

function peerFigures(peers: readonly Peer[], good: readonly string[], bad: readonly string[]): readonly Figure[] {
  const us: Peer = { name: 'this grammar', reads: ours('mysql') };
  return [us, ...peers].map(({ name, reads }) => {
    say(name);
    const rate = perSecond(good, reads);
    const part = (texts: readonly string[], holds: (sql: string) => boolean): string =>
      `${((100 * texts.filter(holds).length) / Math.max(1, texts.length)).toFixed(1)} %`;
    const value = `reads ${part(good, reads)} of ${good.length}, refuses ${part(bad, (sql) => !reads(sql))} of ${bad.length}, ${rate.toFixed(0)} a second`;
    return { name: `beside: ${name}`, value, met: null };
  });
}
