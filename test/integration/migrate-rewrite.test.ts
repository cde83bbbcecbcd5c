import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseAccess, DatabaseServer } from '../../scripts/components/database.ts';
import { toolPath } from '../../scripts/tool.ts';
import { describeOnEach } from '../support/databases.ts';
import { type Applied, applyFiles } from '../support/migrate-apply.ts';
import {
  busyDatabase,
  differences,
  objects,
  open,
  startChild,
  startWriters,
  TOOL_ARGS,
  type Tool,
  toolsAt,
} from '../support/rewrite-stage.ts';

/** Changes that a plan gives to a tool, with the real tools on real servers, while others write. */

const ROWS = 2000;
const ALTER = 'ADD COLUMN extra INT';

describeOnEach('A change by a tool', (family) => {
  const tools: readonly Tool[] =
    family.engine === 'mysql' ? ['gh-ost', 'pt-online-schema-change'] : ['pt-online-schema-change'];
  let server: DatabaseServer;
  let ghOst = '';
  beforeAll(async () => {
    server = await family.start({ args: TOOL_ARGS });
    if (family.engine === 'mysql') ghOst = await toolPath('gh-ost');
  }, 400_000);
  afterAll(() => server.stop());

  const change = (access: DatabaseAccess, tool: Tool, run = 'run-1'): Promise<Applied> =>
    applyFiles({
      ...{ access, engine: family.engine, run, files: [`ALTER TABLE busy ${ALTER};`] },
      manner: () => ({ kind: 'tool', tool, alter: ALTER, table: 'busy', estimateMs: null, why: 'large' }),
      rewrite: { ghOst, cutOverPatience: 20_000, timeout: 60_000 },
    });

  it.each(tools)(
    '%s copies the table while others write, keeps the old one and leaves nothing else',
    async (tool) => {
      const access = await busyDatabase(server, `live_${tool.slice(0, 2)}`, ROWS);
      const writers = await startWriters(access, { clients: 4, pauseMs: 5 });
      const { result } = await change(access, tool);
      const written = await writers.stop();
      expect(result).toMatchObject({ outcome: 'done' });
      expect(written.errors).toEqual([]);
      expect(await differences(access, written, ROWS)).toEqual([]);
      expect(await objects(access)).toEqual([expect.stringMatching(/^_shiplock_old_[0-9a-f]{12}_busy$/), 'busy']);
      await using on = await open(access);
      const [columns] = await on.query({ sql: "SHOW COLUMNS FROM busy LIKE 'extra'", rowsAsArray: true });
      expect(columns).toHaveLength(1);
      // Another run finds it done.
      expect((await change(access, tool, 'run-2')).result).toMatchObject({ outcome: 'done' });
      expect(await objects(access)).toHaveLength(2);
    },
    60_000,
  );

  it('goes with a runner that is killed, and the next one does it once', async () => {
    const [tool = 'gh-ost'] = tools;
    const access = await busyDatabase(server, 'killed', ROWS);
    await using holder = await open(access);
    await holder.query('START TRANSACTION');
    const killed = startChild({ access, engine: family.engine, tool, alter: ALTER, run: 'killed', ghOst });
    // The table is held once the tool is at work, so that it comes to no swap.
    while (toolsAt(access).length === 0 && killed.child.exitCode === null)
      await new Promise((next) => setTimeout(next, 20));
    await holder.query('SELECT id FROM busy LIMIT 1');
    expect(JSON.stringify(toolsAt(access))).not.toContain(access.password);
    killed.child.kill('SIGKILL');
    await expect.poll(() => toolsAt(access), { timeout: 10_000 }).toEqual([]);
    await holder.query('COMMIT');
    expect((await change(access, tool, 'run-2')).result).toMatchObject({ outcome: 'done' });
    expect(await objects(access)).toEqual([expect.stringMatching(/^_shiplock_old_/), 'busy']);
    const none = { rows: new Map<number, number>(), writes: 0, errors: [], deadlocks: 0, longestMs: 0 };
    expect(await differences(access, none, ROWS)).toEqual([]);
  }, 60_000);

  it('leaves alone what a tool made that a person started, and says what removes it', async () => {
    const [tool = 'gh-ost'] = tools;
    const access = await busyDatabase(server, 'foreign_copy', 10);
    await using on = await open(access);
    await on.query('CREATE TABLE _busy_gho LIKE busy');
    const { result } = await change(access, tool);
    expect(result.problems).toMatchObject([
      { code: 'migrate.rewrite-leftovers', remedy: expect.stringContaining('DROP TABLE `_busy_gho`') },
    ]);
    expect(await objects(access)).toEqual(['_busy_gho', 'busy']);
  }, 60_000);

  it('a tool that fails leaves nothing, and what it said is told without the password', async () => {
    const [tool = 'gh-ost'] = tools;
    const access = await busyDatabase(server, 'refused', 10);
    const { result } = await applyFiles({
      ...{ access, engine: family.engine, files: ['ALTER TABLE busy DROP COLUMN missing;'] },
      manner: () => ({ kind: 'tool', tool, alter: 'DROP COLUMN missing', table: 'busy', estimateMs: null, why: '' }),
      rewrite: { ghOst, timeout: 60_000 },
    });
    expect(result.problems).toMatchObject([{ code: 'effect.sql-tool', found: expect.stringContaining('missing') }]);
    expect(JSON.stringify(result)).not.toContain(access.password);
    expect(await objects(access)).toEqual(['busy']);
  }, 60_000);
});
