import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { toolPath } from '../../scripts/tool.ts';
import { mariadb, mysql, type TestFamily, withoutMysql } from '../support/families.ts';
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

/**
 * Changes of a large table by gh-ost and pt-online-schema-change while clients write, with a transaction that holds the table when it is to be
 * swapped, and with runners and tools that are killed. Afterwards every row must be as it was written, and nothing may be left.
 *   --rows N     rows of the table (default: 200000)
 *   --kills N    moments at which the runner, and then the tool, is killed (default: 3 each)
 *   --family F   mysql or mariadb (default: both)
 * Exit codes: 0 all as it should be · 1 something is not
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { rows: option, kills: option, family: option } });
const rows = Number(values.rows ?? '200000');
const kills = Number(values.kills ?? '3');
const CLIENTS = 8;
const HELD_MS = 10_000;
let wrong = 0;

const families = (withoutMysql() ? [mariadb] : [mysql, mariadb]).filter(
  ({ engine }) => values.family === undefined || engine === values.family,
);
for (const family of families) {
  const ghOst = family.engine === 'mysql' ? await toolPath('gh-ost') : '';
  const server = await family.start({ args: [...TOOL_ARGS, '--innodb-buffer-pool-size=512M'] });
  try {
    const tools: readonly Tool[] =
      family.engine === 'mysql' ? ['gh-ost', 'pt-online-schema-change'] : ['pt-online-schema-change'];
    for (const tool of tools) {
      const whole = await once(family, tool, ghOst, server, 'whole', undefined);
      for (let n = 1; n <= kills; n += 1) {
        const at = (whole * n) / (kills + 1);
        await once(family, tool, ghOst, server, `runner_${n}`, { what: 'runner', at });
        await once(family, tool, ghOst, server, `tool_${n}`, { what: 'tool', at });
      }
    }
  } finally {
    await server.stop();
  }
}
process.exitCode = wrong === 0 ? 0 : 1;

interface Kill {
  readonly what: 'runner' | 'tool';
  readonly at: number;
}

/** One change from its beginning to its end; answers how long it took, milliseconds. */
async function once(
  { engine, product }: TestFamily,
  tool: Tool,
  ghOst: string,
  server: Parameters<typeof busyDatabase>[0],
  name: string,
  kill: Kill | undefined,
): Promise<number> {
  const access = await busyDatabase(server, `${tool.slice(0, 2)}_${name}`, rows);
  const writers = await startWriters(access, { clients: CLIENTS, pauseMs: 10 });
  await using holder = await open(access);
  const order = { access, engine, tool, ghOst, alter: 'ADD COLUMN extra INT' };
  const began = performance.now();
  let runner = startChild({ ...order, run: 'run-1' });
  if (kill === undefined) {
    // Held from the middle of the copy on: the tool must wait with the swap, and nobody may wait for the tool.
    await runner.line(/^note: Copy/);
    await holder.query('START TRANSACTION');
    await holder.query('SELECT id FROM busy LIMIT 1');
    await sleep(HELD_MS);
    await holder.query('COMMIT');
  } else {
    await sleep(kill.at);
    if (kill.what === 'runner') runner.child.kill('SIGKILL');
    else for (const { pid } of toolsAt(access)) process.kill(pid, 'SIGKILL');
  }
  let end = await runner.line(/^end: /);
  for (let n = 2; end?.startsWith('end: done') !== true && n < 5; n += 1) {
    runner = startChild({ ...order, run: `run-${n}` });
    end = await runner.line(/^end: /);
  }
  const ms = performance.now() - began;
  const written = await writers.stop();
  const found = await differences(access, written, rows);
  const left = (await objects(access)).filter(
    (one) => one !== 'busy' && !/^_shiplock_old_[0-9a-f]{12}_busy$/.test(one),
  );
  const bad = [
    ...(end?.startsWith('end: done') === true ? [] : [end ?? 'no end']),
    ...found,
    ...left.map((one) => `left: ${one}`),
    ...toolsAt(access).map(({ pid }) => `still at work: ${pid}`),
    ...(written.errors.length === 0 ? [] : [`${written.errors.length} errors of clients: ${written.errors[0]}`]),
  ];
  wrong += bad.length;
  const how =
    kill === undefined ? `table held for ${HELD_MS / 1000} s` : `${kill.what} killed after ${Math.round(kill.at)} ms`;
  console.log(
    `${product}, ${tool}, ${rows} rows, ${how}: ${Math.round(ms / 1000)} s, ${written.writes} writes, longest wait of a client ${Math.round(written.longestMs)} ms; ${bad.length === 0 ? 'every row as written, nothing left' : bad.join('; ')}`,
  );
  await using root = await open(server.root());
  await root.query(`DROP DATABASE ${access.database}`);
  return ms;
}
