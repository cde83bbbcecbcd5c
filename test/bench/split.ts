import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { type Figure, say } from './support/figure.ts';

/** What splitting a large seed file costs: `npm run bench split`. Beside it, the client that sends the same file to a server. */

const SIZE = 50 * 1024 * 1024;
const answerSchema = z.strictObject({
  statements: z.number(),
  longest: z.number(),
  cpuMs: z.number(),
  maxRssKb: z.number(),
});

/** Rows in one INSERT → a file of that shape. */
const SHAPES = [
  { name: 'one row per statement', rows: 1 },
  { name: '1,000 rows per statement', rows: 1000 },
  { name: 'all rows in one statement', rows: Number.POSITIVE_INFINITY },
] as const;

export async function splitBench(): Promise<readonly Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'split-bench-'));
  const figures: Figure[] = [];
  try {
    const small = await splitOf(await fileOf(dir, 1, 0));
    figures.push({
      name: 'memory of a process that splits nothing',
      value: `${(small.maxRssKb / 1024).toFixed(0)} MB`,
      met: null,
    });
    for (const { name, rows } of SHAPES) {
      const file = await fileOf(dir, rows, SIZE);
      const { statements, cpuMs, maxRssKb } = await splitOf(file);
      const size = (await stat(file)).size / 1024 / 1024;
      say(`${name}: ${statements} statements`);
      figures.push({
        name: `${size.toFixed(0)} MB, ${name} (${statements}): processor time; memory at most`,
        value: `${(cpuMs / 1000).toFixed(1)} s; ${(maxRssKb / 1024).toFixed(0)} MB`,
        target: 'seconds',
        met: cpuMs < 10_000,
      });
      if (rows === 1000) figures.push(await clientOf(file));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return figures;
}

async function splitOf(file: string): Promise<z.infer<typeof answerSchema>> {
  const child = join(import.meta.dirname, 'split-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child, file]);
  return answerSchema.parse(JSON.parse(stdout));
}

async function fileOf(dir: string, rows: number, size: number): Promise<string> {
  const file = join(dir, `${rows}.sql`);
  const stream = createWriteStream(file);
  let written = 0;
  let inStatement = 0;
  for (let id = 1; written < size; id += 1) {
    const head = inStatement === 0 ? 'INSERT INTO t VALUES ' : ', ';
    inStatement += 1;
    const ends = inStatement >= rows || written + 200 > size;
    const row = `${head}(${id}, 'it''s; row ${id}', "-- no comment \\" ; here", '/* nor here */ ${'x'.repeat(id % 60)}')${ends ? ';\n' : ''}`;
    if (ends) inStatement = 0;
    written += row.length;
    if (!stream.write(row)) await once(stream, 'drain');
  }
  stream.end('-- the end\n');
  await once(stream, 'finish');
  return file;
}

/** The whole of it: the client splits, the server parses and stores. */
async function clientOf(file: string): Promise<Figure> {
  const server = await startMariadb({ args: ['--max-allowed-packet=128M'] });
  try {
    const argv = ['--no-defaults', '--batch', '--user=root', '--host=127.0.0.1', `--port=${server.port}`, '--comments'];
    const client = spawn('mariadb', [...argv, 'mysql'], { stdio: ['pipe', 'inherit', 'inherit'] });
    const begin = performance.now();
    client.stdin.write('CREATE DATABASE b; USE b; CREATE TABLE t (id INT, a TEXT, b TEXT, c TEXT) ENGINE=InnoDB;\n');
    await pipeline(createReadStream(file), client.stdin);
    await once(client, 'exit');
    const seconds = (performance.now() - begin) / 1000;
    return {
      name: 'the same file through `mariadb < file` into a table (it also parses and stores)',
      value: `${seconds.toFixed(1)} s`,
      met: null,
    };
  } finally {
    await server.stop();
  }
}
