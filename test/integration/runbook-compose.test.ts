import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import {
  type ComposeLab,
  composeContainers,
  startComposeLab,
  whyNoCompose,
  writeComposeSystem,
} from '../support/compose.ts';
import { skipWords } from '../support/hosts.ts';
import { terminal } from '../support/terminal.ts';

/** The runbooks of the system over services of a Compose project, by a real docker compose and a real engine. */

const why = await whyNoCompose();

describe.skipIf(why !== null)(`the system in Compose${skipWords(why)}`, () => {
  let lab: ComposeLab;
  let dir: string;

  beforeAll(async () => {
    lab = await startComposeLab();
    for (const [name, value] of Object.entries(lab.env)) vi.stubEnv(name, value);
    dir = await mkdtemp(join(tmpdir(), 'sl-compose-'));
    await writeComposeSystem(dir, lab.image);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await lab?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  async function cli(...argv: readonly string[]) {
    const io = terminal({ cwd: dir, env: { SHIPLOCK_WHO: 'tester' } });
    const code = await runCli([...argv, '--state', join(dir, 'state')], io);
    return { code, out: io.written.out, err: io.written.err };
  }
  const run = (name: string, ...more: readonly string[]) =>
    cli('runbook', 'run', name, 'production', '--reason', 'drill', '--quiet', ...more);
  const containers = (): readonly string[] => composeContainers(lab);
  const states = (): readonly string[] => containers().map((line) => line.split(' ').slice(0, 2).join(' '));
  const startOf = (service: string): string =>
    containers()
      .filter((line) => line.startsWith(service))
      .map((line) => line.split(' ')[2] ?? '')
      .toSorted()[0] ?? '';
  const status = async (): Promise<unknown> => {
    const seen = await cli('runbook', 'run', 'system-status', 'production', '--json');
    expect(seen.code, seen.out + seen.err).toBe(0);
    return JSON.parse(seen.out);
  };
  const services = (cache: string, search: string) => ({
    report: {
      services: [
        { service: 'cache', state: cache },
        { service: 'search', state: search },
      ],
    },
  });

  it('plans a start by the command that a run executes, and changes nothing', async () => {
    const plan = await cli('runbook', 'plan', 'system-start', 'production', '--reason', 'drill');
    expect(plan.code, plan.err).toBe(0);
    expect(plan.out).toContain('--project-name drill');
    expect(plan.out).toMatch(/up --detach --no-build --no-recreate --wait --wait-timeout 50 cache/);
    expect(containers()).toEqual([]);
    expect(await status()).toMatchObject(services('stopped', 'stopped'));
  });

  it('F1: starts what is not there in the order of its needs, healthy, and nothing that was not named', async () => {
    const ran = await run('system-start');
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(states()).toEqual(['cache running', 'search running', 'search running']);
    expect(startOf('search') > startOf('cache')).toBe(true);
    expect(await status()).toMatchObject(services('running', 'running'));
    const before = containers();
    const again = await run('system-start');
    expect(again.code, again.out + again.err).toBe(0);
    expect(containers()).toEqual(before);
  });

  it('F1: stops in reverse order, and a start makes nothing anew that was edited meanwhile', async () => {
    const before = containers().map((line) => line.split(' ')[3]);
    const stop = await run('system-stop');
    expect(stop.code, stop.out + stop.err).toBe(0);
    expect(states()).toEqual(['cache exited', 'search exited', 'search exited']);
    const text = await readFile(join(dir, 'compose.yaml'), 'utf8');
    await writeFile(join(dir, 'compose.yaml'), text.replaceAll('[sleep, infinity]', '[sleep, "86400"]'));
    const start = await run('system-start');
    await writeFile(join(dir, 'compose.yaml'), text);
    expect(start.code, start.out + start.err).toBe(0);
    expect(states()).toEqual(['cache running', 'search running', 'search running']);
    expect(
      containers().map((line) => line.split(' ')[3]),
      'the same containers',
    ).toEqual(before);
  });

  it('F1: restarts what is named, once, and nothing that needs it', async () => {
    const [cache, search] = [startOf('cache'), startOf('search')];
    const ran = await run('system-restart', '--service', 'cache');
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(startOf('cache') > cache).toBe(true);
    expect(startOf('search')).toBe(search);
  });

  it('sees one container of several that has died, and what its health check says', async () => {
    const [one = ''] = lab.docker('ps', '--quiet', '--filter', 'label=com.docker.compose.service=search').split('\n');
    lab.docker('kill', one);
    expect(await status()).toMatchObject(services('running', 'partly'));
    const started = startOf('cache');
    const revive = await run('service-revive', '--service', 'search');
    expect(revive.code, revive.out + revive.err).toBe(0);
    expect(await status()).toMatchObject(services('running', 'running'));
    expect(startOf('cache')).toBe(started);
    const [cache = ''] = lab.docker('ps', '--quiet', '--filter', 'label=com.docker.compose.service=cache').split('\n');
    lab.docker('exec', cache, 'touch', '/sick');
    await expect.poll(status, { timeout: 10_000 }).toMatchObject(services('partly', 'running'));
    lab.docker('exec', cache, 'rm', '/sick');
    await expect.poll(status, { timeout: 10_000 }).toMatchObject(services('running', 'running'));
  });

  it('says what is wrong where the project does not know a service, or docker does not answer', async () => {
    const file = join(dir, 'shiplock.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('services: [cache]', 'services: [cahe]'));
    const unknown = await run('system-start');
    await writeFile(file, text);
    expect(unknown.code).not.toBe(0);
    expect(unknown.out + unknown.err).toMatch(/no such service: cahe/);
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
    const seen = await status();
    vi.stubEnv('DOCKER_HOST', lab.env['DOCKER_HOST'] ?? '');
    expect(seen).toMatchObject(services('unknown', 'unknown'));
  });
});
