import { describe, expect, test } from 'vitest';
import { applyConfig, applyLimits } from '../../../src/migrate/apply/config.ts';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import { rewriteConfig } from '../../../src/migrate/rewrite/config.ts';
import {
  type RewriteInput,
  type RewriteWork,
  rewriteRest,
  rewriteWork,
} from '../../../src/migrate/rewrite/decision.ts';
import { markText, readMark } from '../../../src/migrate/rewrite/mark.ts';
import { isPassing, isPlainName, toolNames, triggerNames } from '../../../src/migrate/rewrite/names.ts';
import { toolLockOf } from '../../../src/migrate/server/rewrites.ts';

const SQL = 'ALTER TABLE busy ADD COLUMN a INT';
const bytes = new TextEncoder().encode(`${SQL};`);
const [migration] = parseMigrations([{ name: '0001_a.sql', bytes }], 'm').migrations;
if (migration === undefined) throw new Error('no migration');
const RESOURCE = 'mysql:h:1/shop';

function input(more: Partial<RewriteInput> = {}, tool: 'gh-ost' | 'pt-online-schema-change' = 'gh-ost'): RewriteInput {
  if (migration === undefined) throw new Error('no migration');
  return {
    manner: { kind: 'tool', tool, alter: 'ADD COLUMN a INT', table: 'busy', estimateMs: null, why: 'large' },
    ...{ migration, number: 1, sql: SQL, where: 'm/0001_a.sql:1', lockWaitMs: 1000 },
    look: { progress: null, foreignTables: [], triggers: [] },
    database: { name: 'shop', resource: RESOURCE, lock: 'shiplock:shop' },
    config: rewriteConfig.parse({}),
    limits: applyLimits(applyConfig.parse({})),
    ...more,
  };
}

function work(given: RewriteInput): RewriteWork {
  const found = rewriteWork(given);
  if (found.kind === 'refuse') throw new Error(JSON.stringify(found.problems));
  return found;
}

const words = ({ tool }: RewriteWork): readonly string[] =>
  tool.argv.map((word) => (typeof word === 'string' ? word : word.fill));
const OWN = triggerNames('shop', 'busy');
const at = (attempt: number) => toolNames({ resource: RESOURCE, migration: '0001_a', number: 1, attempt }, 'busy');

describe('an attempt', () => {
  test('is remembered before the tool is started, under names that no other attempt has', () => {
    const first = work(input());
    expect(first.before).toHaveLength(1);
    expect(first.before[0]).toContain('"attempt":1');
    expect(words(first)).toContain(`--force-table-names=${at(1).prefix}`);
    const progress = markText({ tool: 'gh-ost', table: 'busy', attempt: 1 });
    const second = work(input({ look: { progress, foreignTables: [], triggers: [] } }));
    expect(words(second)).toContain(`--force-table-names=${at(2).prefix}`);
    expect(second.before).toContain(`DROP TABLE IF EXISTS \`${at(1).ghost}\``);
    expect(second.before.at(-1)).toContain('"attempt":2');
    expect(at(1).replicaId).not.toBe(at(2).replicaId);
  });

  test('drops triggers before the copy that they write into, and only the place holder of gh-ost', () => {
    const progress = markText({ tool: 'pt-online-schema-change', table: 'busy', attempt: 1 });
    const again = work(input({ look: { progress, foreignTables: [], triggers: OWN } }, 'pt-online-schema-change'));
    const begin = again.before.map((statement) => statement.split(' ').slice(0, 2).join(' '));
    expect(begin.slice(0, 4)).toEqual(['DROP TRIGGER', 'DROP TRIGGER', 'DROP TRIGGER', 'DROP TABLE']);
    expect(again.before.filter((statement) => statement.includes(at(1).swapped))).toEqual([
      expect.stringContaining("TABLE_COMMENT = 'ghost-cut-over-sentry'"),
    ]);
  });

  test.each([
    [
      'tables of a tool that a person started',
      { foreignTables: ['_busy_gho'], triggers: [] },
      'DROP TABLE `_busy_gho`',
    ],
    ['triggers that no mark of ours knows', { foreignTables: [], triggers: OWN }, `DROP TRIGGER \`${OWN[0]}\``],
  ])('refuses beside %s', (_, found, drop) => {
    const refused = rewriteWork(input({ look: { progress: null, ...found } }, 'pt-online-schema-change'));
    expect(refused).toMatchObject({
      kind: 'refuse',
      problems: [{ code: 'migrate.rewrite-leftovers', remedy: expect.stringContaining(drop) }],
    });
  });

  test('gh-ost swaps when it is let, and its old table is kept; the other is swapped under our guard', () => {
    const ghost = work(input());
    expect([ghost.swap, ghost.tool.hold?.file]).toEqual([undefined, 'hold']);
    expect(ghost.after.join('\n')).toContain(`RENAME TABLE \`${at(1).swapped}\` TO \`${at(1).kept}\``);
    const pt = work(input({}, 'pt-online-schema-change'));
    expect(pt.swap).toBe(`RENAME TABLE \`busy\` TO \`${at(1).kept}\`, \`${at(1).copy}\` TO \`busy\``);
    expect(words(pt)).toEqual(expect.arrayContaining(['--no-swap-tables', '--no-drop-triggers']));
    expect(pt.tool.files['lock.pm']).toContain(`'${toolLockOf('shiplock:shop')}'`);
  });

  test('drops the table as it was only when that is configured', () => {
    const drop = `DROP TABLE IF EXISTS \`${at(1).kept}\``;
    expect(work(input()).after).not.toContain(drop);
    expect(work(input({ config: rewriteConfig.parse({ oldTable: 'drop' }) })).after.at(-1)).toBe(drop);
  });

  test('after a swap that nobody saw, what is left is settled by the names of that attempt', () => {
    const progress = markText({ tool: 'pt-online-schema-change', table: 'busy', attempt: 3 });
    const rest = rewriteRest(input({ look: { progress, foreignTables: [], triggers: [] } }));
    expect(rest.filter((statement) => statement.startsWith('DROP TRIGGER'))).toHaveLength(3);
    expect(rest.join('\n')).toContain(at(3).kept);
    expect(rewriteRest(input())).toEqual([]);
  });

  test('takes what a person wrote for the change as one word, and no word holds a password', () => {
    const alter = "ADD COLUMN a VARCHAR(9) DEFAULT '; rm -rf {dir}'";
    const manner = { ...input().manner, alter };
    for (const tool of ['gh-ost', 'pt-online-schema-change'] as const) {
      const { tool: started } = work(input({ manner: { ...manner, tool } }));
      expect(started.argv).toContain(`--alter=${alter}`);
      expect(JSON.stringify(started.argv)).not.toMatch(/--password|-p\b|--user/);
    }
  });
});

test('marks are read back, and anything else is none', () => {
  const mark = { tool: 'gh-ost', table: 'busy', attempt: 2 } as const;
  expect(readMark(markText(mark))).toEqual(mark);
  for (const text of [null, '', '{"key":null,"rows":0,"batch":0,"at":0}', '{"rewrite":{"tool":"x"}}'])
    expect(readMark(text)).toBeNull();
});

test('names fit the server, and only ours are passed over when a structure is read', () => {
  const long = 't'.repeat(64);
  const names = toolNames({ resource: RESOURCE, migration: '1', number: 1, attempt: 1 }, long);
  for (const name of [names.ghost, names.changelog, names.swapped, names.copy, names.kept, ...triggerNames(long, long)])
    expect([...name].length).toBeLessThanOrEqual(64);
  expect([names.copy, names.kept, names.swapped].every((name) => isPassing('table', name))).toBe(true);
  expect(['_shiplock_retired_20260101_t', '_shiplock_old_t', 'busy'].some((name) => isPassing('table', name))).toBe(
    false,
  );
  expect(toolLockOf(`shiplock:${long}`).length).toBeLessThanOrEqual(64);
  expect(['a b', 'a,b', 'ä', '', 'a`b'].some(isPlainName)).toBe(false);
});
