import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { freePort } from '../../../scripts/components/ports.ts';
import { startComponent } from '../../../scripts/components/supervise.ts';
import type { CommandWorld, Setup } from './world.ts';

/** A real Nginx whose access log is put aside: each request is one line with a number of its own. */

export function logFiles(dir: string) {
  const web = join(dir, 'web');
  return { web, logs: join(web, 'logs'), access: join(web, 'logs', 'access.log'), port: join(web, 'port') };
}

/** One request per number. */
export async function ask(dir: string, numbers: Iterable<number>): Promise<void> {
  const at = readFileSync(logFiles(dir).port, 'utf8');
  for (const number of numbers) await (await fetch(`http://127.0.0.1:${at}/${number}`)).text();
}

/** Nginx answers before it writes the line: waits until all of these are there, for at most 3 s. */
export async function writtenNumbers(dir: string, count: number): Promise<readonly number[]> {
  for (let looks = 0; ; looks++) {
    const found = numbersIn(dir).filter((number) => number > 0);
    if (found.length === count || looks === 60) return found;
    await sleep(50);
  }
}

/** Names of all files that are or were the log, sorted. */
export function logNames(dir: string): readonly string[] {
  return readdirSync(logFiles(dir).logs).toSorted();
}

/** Numbers of all lines, wherever they lie by now, sorted: one that is lost or twice there shows. */
export function numbersIn(dir: string): readonly number[] {
  const { logs } = logFiles(dir);
  return logNames(dir)
    .flatMap((name) => {
      const content = readFileSync(join(logs, name));
      return (name.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8').split('\n');
    })
    .flatMap((line) => (line === '' ? [] : [Number(/"GET \/(\d+) /.exec(line)?.[1] ?? Number.NaN)]))
    .toSorted((one, other) => one - other);
}

export function logsConfigText(dir: string, more = ''): string {
  const { web, logs } = logFiles(dir);
  return `    logs:
      access:
        files: ['${logs}/*.log']
        reopen: { pidFile: ${web}/nginx.pid, signal: USR1 }
        logrotate: false
${more}`;
}

/** @param count requests that are made before the runbook is begun */
export function logsSetup(count = 40): Setup {
  return {
    async config(dir) {
      const { web, logs, access, port } = logFiles(dir);
      mkdirSync(logs, { recursive: true, mode: 0o755 });
      const at = await freePort();
      writeFileSync(port, String(at));
      writeFileSync(
        join(web, 'nginx.conf'),
        `${process.getuid?.() === 0 ? `user ${userInfo().username};\n` : ''}pid nginx.pid;
error_log stderr;
worker_processes 2;
events {}
http {
  access_log ${access};
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:${at}; return 200 ok; }
}
`,
      );
      return logsConfigText(dir);
    },
    async begin(world: CommandWorld) {
      const { web, port } = logFiles(world.dir);
      const server = await startComponent({
        name: 'nginx',
        argv: ['nginx', '-e', 'stderr', '-g', 'daemon off;', '-p', web, '-c', join(web, 'nginx.conf')],
        home: { dir: web, ours: false },
        ready: async () =>
          (await fetch(`http://127.0.0.1:${readFileSync(port, 'utf8')}/0`).catch(() => null))?.status === 200,
      });
      await ask(
        world.dir,
        Array.from({ length: count }, (_, at) => at + 1),
      );
      return server;
    },
    async endState({ dir }) {
      await ask(dir, [9999]);
      const lines = await writtenNumbers(dir, count + 1);
      return {
        lines,
        names: logNames(dir).map((name) => name.replace(/\d+-\d+/, '<time>')),
        // The line of now stands in the log of now: the writer has opened it.
        last: readFileSync(logFiles(dir).access, 'utf8').includes('/9999 '),
      };
    },
  };
}
