import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { layout } from '../../src/platform/local/layout.ts';
import { type LocalState, observeHost } from '../../src/platform/local/observe.ts';
import { type RunRecord, runSchema } from '../../src/platform/local/records.ts';
import { unitMain } from '../../src/platform/local/unit.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { artefactDigest } from '../../src/procedure/machine/digest.ts';

/** A host in a directory of its own, with real processes. At its end everything is stopped, and nothing may be left. */
export interface LocalHost extends AsyncDisposable {
  readonly root: string;
  /** `shiplock unit …` in this process. */
  unit(...words: readonly string[]): Promise<UnitAnswer>;
  /** The same with more in the environment. */
  unitWith(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<UnitAnswer>;
  /** Installs the test service under a version. */
  install(version: string, ...more: readonly string[]): Promise<UnitAnswer>;
  observe(): Promise<LocalState>;
  run(instance: string): Promise<RunRecord>;
  /** GET on an instance; the body, or why there was none. */
  get(instance: string, path: string): Promise<string>;
  until(what: string, check: () => Promise<boolean>, withinMs?: number): Promise<void>;
  /** Processes that have this host's directory in their command line or as working directory. */
  processes(): readonly number[];
}

export interface UnitAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const SERVICE = ['--ready', '/readyz', '--live', '/healthz', '--stop-timeout', '5s', '--start-timeout', '10s'];
export const COMMAND = ['--', process.execPath, 'service.cjs', '{port}'];
export const API = ['--component', 'api'];

export async function localHost(): Promise<LocalHost> {
  const base = await mkdtemp(join(tmpdir(), 'shiplock-host-'));
  const root = join(base, 'host');
  const artefact = join(base, 'artefact');
  await mkdir(artefact);
  await copyFile(new URL('./fixtures/service.cjs', import.meta.url), join(artefact, 'service.cjs'));
  const digest = await artefactDigest(artefact);

  const unitWith: LocalHost['unitWith'] = async (env, ...words) => {
    let out = '';
    let err = '';
    const [command = '', ...rest] = words;
    const code = await unitMain([command, '--root', root, ...rest], {
      cwd: base,
      env: { ...process.env, ...env },
      clock: systemClock,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  };
  const unit: LocalHost['unit'] = (...words) => unitWith({}, ...words);
  const at = layout(root).component('api');
  const run: LocalHost['run'] = async (instance) =>
    runSchema.parse(JSON.parse(await readFile(at.runFile(instance), 'utf8')));
  const host: LocalHost = {
    root,
    unit,
    unitWith,
    install: (version, ...more) =>
      unit(
        'install',
        ...API,
        '--version',
        version,
        '--digest',
        digest,
        '--artefact',
        artefact,
        ...SERVICE,
        ...more,
        ...COMMAND,
      ),
    observe: () => observeHost(layout(root), systemClock),
    run,
    get: async (instance, path) => {
      const { port } = await run(instance);
      try {
        return await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      } catch (error) {
        return `no answer: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    until: async (what, check, withinMs = 20_000) => {
      const deadline = performance.now() + withinMs;
      while (!(await check().catch(() => false))) {
        if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
        await sleep(20);
      }
    },
    processes: () => processesOf(base),
    [Symbol.asyncDispose]: async () => {
      for (const version of Object.keys(await wantedVersions(root))) await unit('stop', ...API, '--version', version);
      const left = processesOf(base);
      for (const pid of left) process.kill(pid, 'SIGKILL');
      await rm(base, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`processes left behind: ${left.join(', ')}`);
    },
  };
  return host;
}

/** Ready instances of a version. */
export async function ready(host: LocalHost, version: string, count: number): Promise<void> {
  await host.until(`${count} ready instances of ${version}`, async () => {
    const { instances } = await host.observe();
    return instances.filter((one) => one.version === version && one.state === 'ready').length === count;
  });
}

export async function artefactWith(host: LocalHost, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(host.root, '..', 'other-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

async function wantedVersions(root: string): Promise<object> {
  const { instances } = await observeHost(layout(root), systemClock, { probeTimeoutMs: 50 });
  return Object.fromEntries(instances.map((instance) => [instance.version, true]));
}

function processesOf(directory: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => wordsOf(pid).includes(directory) || cwdOf(pid).startsWith(directory));
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
