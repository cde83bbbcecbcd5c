import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Effect, type EffectResult, effectSchema } from '../../src/model/effect.ts';
import { executeEffect, settleFences } from '../../src/procedure/effects/execute.ts';
import {
  action,
  createExec,
  createSecrets,
  procedure,
  runProcedure,
  sequence,
  systemClock,
} from '../../src/procedure/index.ts';
import { LeaseLostError } from '../../src/procedure/lease/fence.ts';
import { runCommand } from '../../src/procedure/machine/exec.ts';
import type { Node } from '../../src/procedure/tree.ts';

/** Effects against real processes, sockets, servers and files. */

const FENCE = fileURLToPath(new URL('../../src/procedure/lease/fence.sh', import.meta.url));
let dir: string;
const servers: Server[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-effects-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

const fenceFile = (): string => join(dir, 'run', 'fence');
const secrets = createSecrets({ env: { TOKEN: 'hunter2-hunter2', DSN: 'mysql://u:pass-w0rd-9@127.0.0.1:1/x' } });

function execute(effect: Effect, fence = 1): Promise<EffectResult> {
  return executeEffect(effectSchema.parse(effect), {
    clock: systemClock,
    secrets,
    fence,
    fenceFile: (resource) => (resource === 'local' ? fenceFile() : undefined),
    signal: new AbortController().signal,
  });
}

const sh = (script: string, more: Partial<Extract<Effect, { kind: 'exec' }>> = {}): Effect => ({
  kind: 'exec',
  argv: ['sh', '-c', script],
  timeoutMs: 10_000,
  ...more,
});

describe('exec', () => {
  test('words reach the command exactly as they are; no shell sees them', async () => {
    const words = ['a b', "it's", '$HOME', '`id`', '$(id)', '', 'x\ny', '*', '~', '-n', '\\', '"', ';', '&&', 'ü€'];
    const result = await execute({ kind: 'exec', argv: ['printf', '%s|', ...words], timeoutMs: 5_000 });
    expect(result).toMatchObject({ stdout: `${words.join('|')}|` });
  });

  test('standard input, environment and secrets reach the command; the secret shows nowhere', async () => {
    const result = await execute(
      sh('read line; printf "%s %s %s" "$line" "$PLAIN" "$1"; printf "%s" "$TOKEN" | base64 >&2', {
        argv: [
          'sh',
          '-c',
          'read line; printf "%s %s %s" "$line" "$PLAIN" "$1"; printf "%s" "$TOKEN" | base64 >&2',
          'sh',
          { secret: 'env:TOKEN' },
        ],
        stdin: { secret: 'env:TOKEN' },
        env: { PLAIN: 'plain', TOKEN: { secret: 'env:TOKEN' } },
      }),
    );
    expect(result).toMatchObject({ stdout: '*** plain ***' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(JSON.stringify(result)).not.toContain(Buffer.from('hunter2-hunter2').toString('base64').slice(0, 12));
  });

  test('an unexpected exit code is a problem with the last words of the command', async () => {
    await expect(execute(sh('echo "no space left" >&2; exit 3'))).rejects.toThrow('exit code 3: no space left');
    expect(await execute(sh('exit 3', { okExitCodes: [0, 3] }))).toMatchObject({ exitCode: 3 });
    await expect(execute({ kind: 'exec', argv: ['no-such-command'], timeoutMs: 5_000 })).rejects.toThrow('127');
  });

  test('a time-out ends the whole process group, also what ignores TERM', async () => {
    const pids = join(dir, 'pids');
    const script = `trap '' TERM; (trap '' TERM; echo $$ >> ${pids}; sh -c 'echo $$ >> ${pids}; exec sleep 60' & sleep 60) & echo $$ >> ${pids}; sleep 60`;
    const begun = Date.now();
    await expect(execute(sh(script, { timeoutMs: 500 }))).rejects.toThrow('no end after 500 ms');
    expect(Date.now() - begun).toBeLessThan(6_000);
    await sleep(100);
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) expect(isAlive(Number(pid))).toBe(false);
  });

  test('what a command leaves running in the background does not hold it up', async () => {
    const begun = Date.now();
    const result = await execute(sh('sleep 5 & echo $!'));
    expect(Date.now() - begun).toBeLessThan(3_000);
    if (result.kind === 'exec') process.kill(Number(result.stdout.trim()), 'SIGKILL');
  });

  test('long output is cut in the middle', async () => {
    const result = await execute(sh('yes 0123456789 | head -c 1000000; echo END'));
    const out = result.kind === 'exec' ? result.stdout : '';
    expect(out.length).toBeLessThan(70_000);
    expect(out).toMatch(/characters left out[\s\S]*END\n$/);
  });

  test('reads go the same way', async () => {
    const result = await createExec().read(['sh', '-c', 'pwd; exit 4'], { cwd: dir });
    expect(result).toMatchObject({ exitCode: 4, stdout: `${dir}\n` });
    await expect(createExec().read(['sleep', '30'], { timeoutMs: 200 })).rejects.toThrow('no end after 200 ms');
  });
});

function isAlive(pid: number): boolean {
  try {
    // Killed, but not yet collected by its parent, counts as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('files', () => {
  test('are replaced whole, with their mode, and removed; nothing is left beside them', async () => {
    const path = join(dir, 'deep', 'file');
    await execute({ kind: 'file', path, content: 'one', mode: 0o600, timeoutMs: 5_000 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await execute({ kind: 'file', path, content: { secret: 'env:TOKEN' }, timeoutMs: 5_000 });
    expect(readFileSync(path, 'utf8')).toBe('hunter2-hunter2');
    expect(readdirSync(join(dir, 'deep'))).toEqual(['file']);
    await execute({ kind: 'file', path, content: null, timeoutMs: 5_000 });
    await execute({ kind: 'file', path, content: null, timeoutMs: 5_000 });
    expect(existsSync(path)).toBe(false);
  });
});

describe('sockets', () => {
  /** Answers one command per connection and closes, as HAProxy's runtime interface does. */
  async function runtime(
    answer: (command: string) => string,
  ): Promise<{ readonly path: string; readonly seen: string[] }> {
    const path = join(dir, 'sock');
    const seen: string[] = [];
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        seen.push(data.toString());
        socket.end(answer(data.toString().trim()));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return { path, seen };
  }

  test('one connection per command, and an answer that is not the expected one is a problem', async () => {
    const { path, seen } = await runtime((command) => (command.includes('bad') ? 'No such server.\n' : '\n'));
    const result = await execute({
      kind: 'socket',
      path,
      commands: ['set weight a 1', 'set weight b 2'],
      timeoutMs: 5_000,
    });
    expect(result).toMatchObject({ answers: ['\n', '\n'] });
    expect(seen).toEqual(['set weight a 1\n', 'set weight b 2\n']);
    await expect(execute({ kind: 'socket', path, commands: ['bad'], timeoutMs: 5_000 })).rejects.toThrow(
      'No such server.',
    );
  });

  test('a socket that never answers is given up', async () => {
    const path = join(dir, 'mute');
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(execute({ kind: 'socket', path, commands: ['x'], timeoutMs: 200 })).rejects.toThrow(
      'no end after 200 ms',
    );
    servers.push(server);
  });
});

describe('http', () => {
  test('sends what it says, resolves secrets, masks the answer, does not follow redirects', async () => {
    const seen: string[] = [];
    const server = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
        response.statusCode = request.url === '/moved' ? 302 : request.url === '/bad' ? 500 : 201;
        if (request.url === '/moved') response.setHeader('location', '/elsewhere');
        response.end(`echo ${request.headers.authorization}`);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const effect = {
      kind: 'http',
      method: 'POST',
      headers: { authorization: { secret: 'env:TOKEN' } },
      body: '{}',
      timeoutMs: 5_000,
    } as const;
    expect(await execute({ ...effect, url: `${url}/x` })).toMatchObject({ status: 201, body: 'echo ***' });
    expect(seen).toEqual(['POST /x hunter2-hunter2 {}']);
    await expect(execute({ ...effect, url: `${url}/bad` })).rejects.toThrow('status 500: echo ***');
    await expect(execute({ ...effect, url: `${url}/moved` })).rejects.toThrow('status 302');
    await expect(execute({ ...effect, url: 'http://127.0.0.1:1/' })).rejects.toThrow('effect.http-unreachable');
  });
});

describe('the fence', () => {
  const fenced = { resource: 'local' } as const;

  test('refuses a stale holder for commands, files and sockets alike', async () => {
    const path = join(dir, 'f');
    await execute({ kind: 'file', path, content: 'new', timeoutMs: 5_000, ...fenced }, 5);
    expect(Number(readFileSync(fenceFile(), 'utf8'))).toBe(5);
    await expect(execute({ kind: 'file', path, content: 'old', timeoutMs: 5_000, ...fenced }, 4)).rejects.toThrow(
      LeaseLostError,
    );
    await expect(execute(sh(`echo old > ${path}`, fenced), 4)).rejects.toThrow('4 is older than 00000000000000000005');
    const sock = join(dir, 'sock');
    let connections = 0;
    const server = createServer(() => {
      connections++;
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(sock, resolve));
    await expect(
      execute({ kind: 'socket', path: sock, commands: ['x'], timeoutMs: 5_000, ...fenced }, 4),
    ).rejects.toThrow(LeaseLostError);
    expect(connections).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('new');
    await execute(sh(`echo same > ${path}`, fenced), 5);
    expect(readFileSync(path, 'utf8')).toBe('same\n');
  });

  test('an exit code 75 of the command itself is not taken for a refusal', async () => {
    await expect(execute(sh('exit 75', fenced), 1)).rejects.toThrow('exit code 75');
  });

  test('a damaged fence file refuses instead of forgetting what it has seen', async () => {
    mkdirSync(join(dir, 'run'));
    writeFileSync(fenceFile(), 'garbage\n');
    await expect(execute(sh('true', fenced), 9)).rejects.toThrow('does not hold a number');
  });

  test('what a dead holder left running is waited for before anybody looks, and cannot begin again after', async () => {
    const log = join(dir, 'log');
    const orphan = spawn('sh', [FENCE, fenceFile(), '1', '--', 'sh', '-c', `sleep 1; echo late >> ${log}`], {
      stdio: 'ignore',
    });
    while (!existsSync(fenceFile()) || readFileSync(fenceFile(), 'utf8') === '') await sleep(20);
    const effect = effectSchema.parse(sh(`echo next >> ${log}`, fenced));
    await settleFences([effect], {
      clock: systemClock,
      secrets,
      fence: 2,
      fenceFile,
      signal: new AbortController().signal,
    });
    expect(readFileSync(log, 'utf8')).toBe('late\n');
    await execute(sh(`echo next >> ${log}`, fenced), 2);
    await expect(execute(sh(`echo stale >> ${log}`, fenced), 1)).rejects.toThrow(LeaseLostError);
    expect(readFileSync(log, 'utf8')).toBe('late\nnext\n');
    expect(orphan.exitCode).toBe(0);
  });

  test('the lock ends with the command, not with what it leaves in the background', async () => {
    const result = await execute(sh('sleep 20 >/dev/null 2>&1 & echo $!', fenced), 1);
    const begun = Date.now();
    await execute(sh('true', fenced), 1);
    expect(Date.now() - begun).toBeLessThan(2_000);
    if (result.kind === 'exec') process.kill(Number(result.stdout.trim()), 'SIGKILL');
  });

  test('a TERM to the shell of the fence does not free the lock while the command still works', async () => {
    const log = join(dir, 'log');
    const child = spawn('sh', [FENCE, fenceFile(), '1', '--', 'sh', '-c', `sleep 1; echo first >> ${log}`], {
      stdio: 'ignore',
    });
    while (!existsSync(fenceFile()) || readFileSync(fenceFile(), 'utf8') === '') await sleep(20);
    child.kill('SIGTERM');
    await execute(sh(`echo second >> ${log}`, fenced), 1);
    expect(readFileSync(log, 'utf8')).toBe('first\nsecond\n');
  });

  test('wrong usage says how', async () => {
    expect(await runCommand({ argv: ['sh', FENCE, 'x', '1'] })).toMatchObject({ exitCode: 64 });
    expect(await runCommand({ argv: ['sh', FENCE, join(dir, 'x'), 'one', '--', 'true'] })).toMatchObject({
      exitCode: 64,
    });
  });
});

test('a secret that goes through a whole run stands in no file of the state directory and in no event', async () => {
  const value = 'sw0rdfish-%/+&"ü';
  const env = { PASSWORD: value };
  const seen: string[] = [];
  const leak = (id: string, argv: Extract<Effect, { kind: 'exec' }>['argv'], ok: readonly number[]): Node =>
    action({
      id,
      title: id,
      read: async (ctx) => {
        ctx.note(`about to use ${id}`);
      },
      decide: () => ({
        kind: 'do',
        effects: [{ kind: 'exec', argv, env: { PW: { secret: 'env:PASSWORD' } }, okExitCodes: ok, timeoutMs: 5_000 }],
      }),
      probe: 'repeatable',
    });
  const result = await runProcedure(
    procedure({
      id: 'leaky',
      title: 'Leaky',
      description: '',
      inputs: {},
      environment: 'e',
      root: sequence({
        id: 'all',
        title: 'all',
        steps: [
          leak(
            'prints',
            [
              'sh',
              '-c',
              'printf "%s" "$PW"; printf "%s" "$PW" | base64; printf "x%s" "$PW" | base64; printf "xx%s" "$PW" | base64',
            ],
            [0],
          ),
          leak('argument', ['printf', '%s', { secret: 'env:PASSWORD' }], [0]),
          leak('fails', ['sh', '-c', 'printf "cannot log in with %s" "$PW" >&2; exit 1'], [0]),
        ],
      }),
    }),
    {
      store: join(dir, 'state'),
      clock: systemClock,
      secrets: createSecrets({ env }),
      exec: createExec(),
      who: 'tester',
      onEvent: (event) => void seen.push(JSON.stringify(event)),
    },
  );
  expect(result).toMatchObject({ outcome: 'failed' });
  expect(result.problems[0]?.found).toBe('exit code 1: cannot log in with ***');
  const files = readdirSync(join(dir, 'state'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  expect(files.length).toBeGreaterThan(3);
  const everything = [...files, ...seen, JSON.stringify(result)].join('\n');
  expect(everything).toContain('***');
  const forms = [value, 'sw0rdfish', encodeURIComponent(value)];
  for (const prefix of ['', 'x', 'xx'])
    forms.push(
      Buffer.from(prefix + value)
        .toString('base64')
        .slice(4, 16),
    );
  for (const form of forms) expect(everything).not.toContain(form);
});
