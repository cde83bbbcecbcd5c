import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gate, procedure, runProcedure, sequence } from '../../src/procedure/index.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../../src/release/environment/service.ts';
import { type EnvironmentRecord, environmentPath, type ReleaseRecord, recordPath } from '../../src/release/record.ts';
import { rollbackInputs } from '../../src/release/run/go-back.ts';
import { inputsAsJson } from '../../src/release/run/procedure.ts';

/** A rollback that was cut off, and somebody who says the same words again: they lead to where the first ones led, and no release further. */

let service: ServiceEnvironment;
let dir: string;

const CONFIG = `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz }
environments:
  production:
    platform: { kind: local, root: here }
    traffic: { kind: haproxy, directory: here/haproxy, bind: '127.0.0.1:8080' }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
`;

function recordOf(version: string): ReleaseRecord {
  const digest = `sha256:${version.replaceAll('.', '').padStart(64, '0')}`;
  return {
    ...{ formatVersion: 1, environment: 'production', files: [], schema: 'empty' },
    release: {
      ...{ formatVersion: 1, service: 'shop', version, commit: '0'.repeat(40) },
      ...{ artefacts: [], configHash: digest, migrations: [] },
    },
    unit: {
      ...{ component: 'api', version, digest, artefact: 'api', command: ['./shop'], env: {}, replicas: 1 },
      ...{ readyPath: '/readyz', livePath: '/livez', startTimeoutMs: 30_000, stopTimeoutMs: 15_000 },
    },
  };
}

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

type Outcome = EnvironmentRecord['history'][number]['outcome'];

function history(...entries: readonly (readonly [version: string, outcome: Outcome])[]): void {
  const record: EnvironmentRecord = {
    ...{ formatVersion: 1, environment: 'production', service: 'shop' },
    history: entries.map(([version, outcome]) => ({ version, outcome, run: 'r', time: '', who: 'w', why: '' })),
  };
  write(environmentPath(service.store, 'production'), record);
}

/** A run that was begun with these releases and has not ended: it waits at a gate, as one that was killed has not ended either. */
async function begun(id: 'release' | 'rollback', candidate: string, stable: string, preempt?: string): Promise<string> {
  const inputs = { candidate: recordOf(candidate), stable: recordOf(stable), seed: false, who: 'ann', why: 'slow' };
  const wait = gate({
    ...{ id: 'wait', title: 'Wait', role: 'releaser', guard: { kind: 'nothing-shifted' } },
    evidence: [{ kind: 'check', name: 'ok', question: 'Well?' }],
    judge: () => ({ kind: 'pass' }),
  });
  const tree = procedure({
    ...{ id, title: id, description: '', environment: 'production', inputs: inputsAsJson(inputs) },
    root: sequence({ id: 'go-back', title: 'Go back', steps: [wait] }),
  });
  const { run, outcome } = await runProcedure(tree, { ...engineOptions(service), preempt });
  expect(outcome).toBe('waiting');
  return run;
}

/** @param current what the hosts are switched to; left out: nothing */
async function leads(to?: string, current?: string): Promise<string> {
  const { ports } = service.target;
  const observe = async () => {
    const state = await ports.platform.observe();
    return { ...state, current: current === undefined ? state.current : { api: current } };
  };
  const seen = { ...ports, platform: { ...ports.platform, observe } };
  const from = { ...service, target: { ...service.target, ports: seen } };
  const { candidate, stable, who, why } = await rollbackInputs(from, { to, why: 'slow still' });
  return `${candidate.release.version} → ${stable?.release.version}, ${who}: ${why}`;
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-again-'));
  const configFile = join(dir, 'shiplock.yaml');
  writeFileSync(configFile, CONFIG);
  const door = { configFile, store: join(dir, 'state'), env: {}, who: 'bob', self: [] };
  service = await openEnvironment(door, 'production');
  for (const version of ['0.9.0', '1.0.0', '2.0.0']) {
    write(recordPath(service.store, 'production', version), recordOf(version));
  }
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const RELEASED = [
  ['0.9.0', 'released'],
  ['1.0.0', 'released'],
  ['2.0.0', 'released'],
] as const;

describe('a rollback that was cut off', () => {
  test('behind its entry in the history: the same words lead to the same release', async () => {
    history(...RELEASED, ['1.0.0', 'went-back-to']);
    await begun('rollback', '2.0.0', '1.0.0');
    expect(await leads()).toBe('2.0.0 → 1.0.0, bob: slow still');
    expect(await leads('1.0.0')).toBe('2.0.0 → 1.0.0, bob: slow still');
  });

  test('before it: the same, also when the release that it leads to serves again', async () => {
    history(...RELEASED);
    await begun('rollback', '2.0.0', '1.0.0');
    expect(await leads()).toBe('2.0.0 → 1.0.0, bob: slow still');
    expect(await leads(undefined, '1.0.0')).toBe('2.0.0 → 1.0.0, bob: slow still');
  });

  test('other words lead elsewhere', async () => {
    history(...RELEASED, ['1.0.0', 'went-back-to']);
    await begun('rollback', '2.0.0', '1.0.0');
    expect(await leads('0.9.0')).toBe('1.0.0 → 0.9.0, bob: slow still');
  });
});

test('one that came to its end is over: the next leads one release further', async () => {
  history(...RELEASED, ['1.0.0', 'went-back-to']);
  expect(await leads()).toBe('1.0.0 → 0.9.0, bob: slow still');
});

test('a release that was begun since then is what goes back', async () => {
  const cut = await begun('rollback', '2.0.0', '1.0.0');
  write(recordPath(service.store, 'production', '2.1.0'), recordOf('2.1.0'));
  await begun('release', '2.1.0', '1.0.0', cut);
  history(...RELEASED, ['1.0.0', 'went-back-to'], ['2.1.0', 'released']);
  expect(await leads()).toBe('2.1.0 → 1.0.0, bob: slow still');
});
