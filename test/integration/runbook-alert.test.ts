import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startAlertmanager } from '../../scripts/components/alertmanager.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { type Prometheus, startPrometheus } from '../../scripts/components/prometheus.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { onPath } from '../../scripts/setup/probe.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { command } from '../../scripts/testing/command.ts';
import { runCli } from '../../src/cli/main.ts';
import { findRunbook } from '../../src/cli/runbook/registry.ts';
import { createStopSignal, listRuns, readRun, systemClock } from '../../src/procedure/index.ts';
import { takeLease } from '../../src/procedure/lease/lease.ts';
import { type AlertServer, startAlertServer } from '../../src/release/alerts/index.ts';
import { startMailSink } from '../support/mail-sink.ts';
import { terminal } from '../support/terminal.ts';

/** The door of alerts, with a real Nginx that dies, a real Prometheus and Alertmanager, and a mail that arrives. */

const TOKEN = 'a-token-that-nobody-guesses';
const CHILD = childProgram('alert');

let dir: string;
let store: string;
let configFile: string;
let tokenFile: string;
let web: number;
let open: (() => Promise<void>)[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sl-alert-'));
  store = join(dir, 'state');
  configFile = join(dir, 'shiplock.yaml');
  tokenFile = join(dir, 'token');
  web = await freePort();
  open = [];
  writeFileSync(tokenFile, `${TOKEN}\n`);
  writeFileSync(join(dir, 'nginx.conf'), nginxText());
  // A process that is dead and that nobody has asked about yet still has its number.
  writeFileSync(join(dir, 'status.sh'), 'read -r pid <nginx.pid && grep -q "^State:.[^Z]" "/proc/$pid/status"\n');
  writeConfig();
});
afterEach(async () => {
  for (const end of open.toReversed()) await end();
  await kill('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

function nginxText(): string {
  return `daemon on;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  server {
    listen 127.0.0.1:${web};
    location / { return 200 "works\\n"; }
    location = /metrics { default_type text/plain; return 200 "nginx_works 1\\n"; }
  }
}
`;
}

const RULES = {
  'nginx-down': {
    match: { alertname: 'NginxDown' },
    runbook: 'service-revive',
    inputs: { service: { label: 'unit' }, reason: 'an alert says that it is down' },
    cooldown: '10m',
    maxPerHour: 2,
  },
};

function writeConfig(more: { readonly announce?: object; readonly alerts?: object } = {}): void {
  const nginx = ['nginx', '-c', join(dir, 'nginx.conf'), '-p', dir];
  const proxy = {
    command: { start: nginx, stop: [...nginx, '-s', 'stop'], status: ['sh', 'status.sh'] },
    health: { http: `http://127.0.0.1:${web}/` },
  };
  const production = {
    platform: { kind: 'local', root: 'here' },
    traffic: { kind: 'haproxy', directory: 'here/haproxy', bind: '127.0.0.1:8080' },
    rollout: { steps: [{ share: '10%', bake: '5m' }] },
    system: { services: { proxy } },
    alerts: RULES,
    ...more,
  };
  const api = { kind: 'go', source: 'api', binary: 'shop', command: ['./shop'], ready: '/readyz' };
  const config = { apiVersion: 'shiplock/v1', service: 'shop', components: { api }, environments: { production } };
  writeFileSync(configFile, stringify(config));
}

const nginx = () => command([onNginx, '-c', join(dir, 'nginx.conf'), '-p', dir], { cwd: dir, live: false });
const onNginx = (await onPath('nginx')) ?? 'nginx';

const pid = (): number | null => {
  try {
    return Number(readFileSync(join(dir, 'nginx.pid'), 'utf8').trim());
  } catch {
    return null;
  }
};
const works = async (): Promise<boolean> =>
  fetch(`http://127.0.0.1:${web}/`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ status }) => status === 200,
    () => false,
  );

/** The master, and with it its workers: with -9 they would serve on without it. */
async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const master = pid();
  if (master === null) return;
  const children = await command(['pgrep', '-P', String(master)], { cwd: dir, live: false });
  for (const one of [master, ...children.output.split('\n').map(Number)]) {
    if (!Number.isInteger(one) || one < 2) continue;
    try {
      process.kill(one, signal);
    } catch {
      // It is gone.
    }
  }
  await expect.poll(works, { timeout: 5_000, interval: 20 }).toBe(false);
}

const log: { readonly what: string; readonly [key: string]: unknown }[] = [];

async function serve(port = 0): Promise<AlertServer> {
  log.length = 0;
  const stop = createStopSignal();
  const server = await startAlertServer({
    door: { configFile, store, env: {}, who: 'server', self: [] },
    environment: 'production',
    find: async (name) => (await findRunbook(name, { directory: join(dir, 'runbooks'), env: {} })).runbook,
    listen: { host: '127.0.0.1', port },
    tokenFile,
    stop,
    log: (line) => void log.push(JSON.parse(line)),
  });
  open.push(async () => {
    stop.request('SIGTERM');
    await server.stop();
  });
  return server;
}

interface Told {
  readonly unit?: string;
  readonly startsAt?: string;
  readonly fingerprint?: string;
  readonly status?: string;
}

/** A message as Alertmanager sends it. */
function message({ unit = 'proxy', startsAt, fingerprint = 'a'.repeat(16), status = 'firing' }: Told = {}): string {
  const labels = { alertname: 'NginxDown', unit };
  const at = startsAt ?? '2026-11-23T03:00:00Z';
  const alert = {
    status,
    labels,
    annotations: {},
    startsAt: at,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint,
  };
  const group = { groupKey: '{}:{}', truncatedAlerts: 0, receiver: 'x', groupLabels: {}, commonLabels: {} };
  return JSON.stringify({ version: '4', status, ...group, commonAnnotations: {}, externalURL: '', alerts: [alert] });
}

async function post(port: number, body: string, token: string | null = TOKEN) {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/alerts`, { method: 'POST', headers, body });
  return { status: answer.status, text: await answer.text() };
}

const answerSchema = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/** Null: it knows nothing of it yet. */
async function figureOf({ url }: Prometheus, query: string): Promise<number | null> {
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  const [first] = answerSchema.parse(await answer.json()).data.result;
  return first === undefined ? null : Number(first.value[1]);
}

const runs = () => listRuns(store);
const ended = (count: number) =>
  expect
    .poll(async () => (await runs()).filter(({ finished }) => finished !== null).length, {
      timeout: 20_000,
      interval: 50,
    })
    .toBe(count);

describe('an alert', () => {
  it('F12: a killed Nginx is started again, and a mail says so', async () => {
    await using sink = await startMailSink();
    const server = await serve();
    const manager = await startAlertmanager({
      webhook: `http://127.0.0.1:${server.port}/v1/alerts`,
      configuration: alertmanagerText(sink.address),
    });
    open.push(() => manager.stop());
    writeConfig({ announce: { alertmanager: { urls: [manager.url] } } });
    expect((await nginx()).code).toBe(0);
    expect(await works()).toBe(true);
    const prometheus = await startPrometheus({
      scrapeConfigs: [{ job: 'nginx', targets: [`127.0.0.1:${web}`], labels: { unit: 'proxy' } }],
      alerts: {
        to: `127.0.0.1:${manager.port}`,
        rules: [
          {
            ...{ alert: 'NginxDown', expr: 'up{job="nginx"} == 0', labels: { severity: 'critical' } },
            annotations: { summary: 'Nginx does not answer' },
          },
        ],
      },
    });
    open.push(() => prometheus.stop());
    await expect.poll(() => figureOf(prometheus, 'up{job="nginx"}'), { timeout: 20_000, interval: 100 }).toBe(1);
    const before = pid();
    await kill('SIGKILL');
    await expect.poll(works, { timeout: 20_000, interval: 50 }).toBe(true);
    expect(pid()).not.toBe(before);
    await ended(1);
    const mailed = (words: string): boolean => sink.mails.some((mail) => mail.includes(words));
    await expect.poll(() => mailed('done, after the alert NginxDown'), { timeout: 20_000, interval: 50 }).toBe(true);
    expect(mailed('NginxDown')).toBe(true);
    expect(mailed('started by the alert NginxDown')).toBe(true);
    // Prometheus sees that it works again, and what is told meanwhile starts nothing.
    await expect
      .poll(() => figureOf(prometheus, 'count(ALERTS) or vector(0)'), { timeout: 20_000, interval: 100 })
      .toBe(0);
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run).toMatchObject({ procedure: 'runbook:service-revive', who: 'alert NginxDown (rule nginx-down)' });
    const { inputs } = await readRun(store, run?.run ?? '');
    expect(inputs).toMatchObject({
      alert: { alertname: 'NginxDown', rule: 'nginx-down' },
      texts: { service: 'proxy' },
    });
    expect(JSON.stringify([log, await readRun(store, run?.run ?? '')])).not.toContain(TOKEN);
  });

  it('is started once by a process that was killed with -9 between its promise and the start', async () => {
    const port = await freePort();
    const child: ChildProcess = spawn(process.execPath, [CHILD, configFile, store, tokenFile, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const over = once(child, 'exit');
    await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    // No answer: whoever told it will tell it again.
    await expect(post(port, message())).rejects.toThrow();
    await over;
    expect(child.signalCode).toBe('SIGKILL');
    expect([await runs(), await works()]).toEqual([[], false]);
    const server = await serve();
    await ended(1);
    expect(await works()).toBe(true);
    expect((await post(server.port, message())).text).toContain('"reason":"started-before"');
    expect(await runs()).toHaveLength(1);
  });

  it('waits for its turn while somebody else has the environment', async () => {
    const held = await takeLease({
      store,
      ...{ run: 'other', environment: 'production', who: 'ann', clock: systemClock, durationMs: 600 },
      unfinished: async () => true,
    });
    const server = await serve();
    expect((await post(server.port, message())).status).toBe(200);
    await expect.poll(() => log.some(({ what }) => what === 'lease-held'), { timeout: 10_000 }).toBe(true);
    expect([await runs(), await works()]).toEqual([[], false]);
    if (held.kind !== 'taken') throw new Error('nobody else has it');
    await held.handle.release('free');
    await ended(1);
    expect(await works()).toBe(true);
  });

  it('starts nothing that it may not: limits, cool-down, labels, tokens, other forms', async () => {
    expect((await nginx()).code).toBe(0);
    const { port } = await serve();
    const says = async (told: Told, words: string): Promise<void> => {
      const { status, text } = await post(port, message(told));
      expect({ status, text }).toEqual({ status: 200, text: expect.stringContaining(words) });
    };
    await says({ unit: 'prxy' }, '"reason":"bad-label"');
    await says({ unit: '../proxy' }, '"reason":"bad-label"');
    await says({ status: 'resolved' }, '"reason":"resolved"');
    await says({}, '"did":"start"');
    await ended(1);
    await says({ startsAt: '2026-11-23T03:01:00Z' }, '"reason":"cooling-down"');
    const wrong = [await post(port, message(), 'another-token-of-that-length'), await post(port, message(), null)];
    expect(wrong.map(({ status }) => status)).toEqual([401, 401]);
    expect((await post(port, '{"version":"3"}')).status).toBe(400);
    expect((await post(port, ' '.repeat(600_000))).status).toBe(413);
    expect((await fetch(`http://127.0.0.1:${port}/v1/alerts`)).status).toBe(405);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('shiplock_alerts_starts_total{rule="nginx-down"} 1');
    expect(metrics).toContain('shiplock_alerts_left_total{reason="cooling-down"} 1');
    expect(await runs()).toHaveLength(1);
    // What Nginx does already is left alone.
    expect((await runs())[0]?.finished?.outcome).toBe('done');
    // A rule that is taken out counts at once; a file that cannot be read starts nothing, and the alert comes again.
    writeFileSync(configFile, 'apiVersion: shiplock/v1\n');
    expect((await post(port, message({ startsAt: '2026-11-23T03:02:00Z' }))).status).toBe(503);
  });
});

it('is a process that listens, answers, and ends at SIGTERM', async () => {
  const port = await freePort();
  const words = ['runbook', 'serve', 'production', '--token-file', tokenFile, '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, [PROGRAM, ...words, '--state', store], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = once(child, 'exit');
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await expect.poll(() => text, { timeout: 60_000, interval: 50 }).toContain('"what":"listens"');
  expect((await post(port, message({ status: 'resolved' }))).text).toContain('"did":"nothing"');
  child.kill('SIGTERM');
  expect(await over).toEqual([0, null]);
  expect(text).toContain('"what":"ends"');
});

describe('an allow list', () => {
  it.each([
    ['what cannot be brought back', { runbook: 'wipe' }, 'alert.destructive'],
    ['what decides what serves', { runbook: 'rollback', inputs: { reason: 'an alert' } }, 'alert.delivery'],
    ['a runbook that is not there', { runbook: 'service-reviv' }, 'cli.unknown-runbook'],
    ['an input that it does not have', { inputs: { service: 'proxy', servce: 'x' } }, 'alert.unknown-input'],
    ['a service that is not there', { inputs: { service: 'proxi' } }, 'cli.runbook-input'],
    ['an input that is missing', { inputs: {} }, 'cli.runbook-input'],
  ])('is refused at the start: %s', async (_name, rule, code) => {
    mkdirSync(join(dir, 'runbooks'));
    writeFileSync(join(dir, 'runbooks', 'wipe.mjs'), WIPE);
    writeConfig({ alerts: { 'nginx-down': { ...RULES['nginx-down'], ...rule } } });
    await expect(serve()).rejects.toThrow(code);
    const io = terminal({ cwd: dir });
    expect(await runCli(['runbook', 'serve', 'production', '--check'], io)).not.toBe(0);
    expect(io.written.out).toContain(`[${code}]`);
  });

  it('says what it starts', async () => {
    const io = terminal({ cwd: dir });
    expect(await runCli(['runbook', 'serve', 'production', '--check'], io), io.written.err).toBe(0);
    expect(io.written.out).toBe(
      'nginx-down: alertname="NginxDown" → service-revive service=<unit> reason="an alert says that it is down" (at most 2 an hour, the same again after 10m)\n',
    );
  });
});

const WIPE = `export default ({ runbook, sequence }) => runbook({
  id: 'wipe', title: 'Wipe', summary: 'Wipes.', when: 'Never.', requirements: [], roles: [{ role: 'operator', does: 'runs it' }],
  severity: 'destructive', inputs: [], prerequisites: [], wayBack: 'None.', clauses: [], sample: {},
  how: { kind: 'tree', build: () => ({ title: 'Wipe', description: '', root: sequence({ id: 'wipe', title: 'Wipe', steps: [] }) }) },
});
`;

function alertmanagerText(smarthost: string): string {
  const quick = { group_wait: '50ms', group_interval: '300ms', repeat_interval: '400ms' };
  const shiplock = {
    name: 'shiplock',
    webhook_configs: [
      { url: '{webhook}', send_resolved: false, http_config: { authorization: { credentials_file: tokenFile } } },
    ],
  };
  const people = {
    name: 'people',
    email_configs: [
      {
        to: 'on-call@example.org',
        from: 'alerts@example.org',
        smarthost,
        require_tls: false,
        text: '{{ range .Alerts }}{{ .Labels.alertname }}: {{ .Annotations.summary }}\n{{ end }}',
      },
    ],
  };
  return stringify({
    route: {
      ...{ receiver: 'people', group_by: ['alertname', 'run'], ...quick, repeat_interval: '1h' },
      routes: [
        { matchers: ['alertname = NginxDown'], receiver: 'shiplock', continue: true, ...quick },
        { receiver: 'people' },
      ],
    },
    receivers: [shiplock, people],
  });
}
