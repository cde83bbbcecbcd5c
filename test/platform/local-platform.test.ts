import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/model/effect.ts';
import type { HostLook, UnitSpec } from '../../src/model/platform.ts';
import { settingsHash } from '../../src/platform/local/install.ts';
import { localPlatform } from '../../src/platform/local/platform.ts';
import { parseUnitArguments, settingsFrom } from '../../src/platform/local/unit-options.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';

const GUARD = { argv: ['shiplock', 'guard', '{guardPort}'], heartbeatFile: '/srv/shop/run/beats/{version}' };
const DIGEST = `sha256:${'a'.repeat(64)}`;
const SPEC: UnitSpec = {
  component: 'api',
  version: '2.0.0',
  digest: DIGEST,
  artefact: '/build/api',
  command: ['./api', '--listen', '127.0.0.1:{port}'],
  env: { DSN: { secret: 'env:THE_DSN' }, MODE: 'a=b' },
  replicas: 2,
  readyPath: '/readyz',
  livePath: '/healthz',
  startTimeoutMs: 30_000,
  stopTimeoutMs: 15_000,
};
const NOTHING: HostLook = { instances: [], installed: [], current: {} };
const options = { root: '/srv/shop', component: 'api', unitCommand: ['unit'], clock: systemClock };
const platform = localPlatform(options);

function instance(name: string, more: Partial<HostLook['instances'][number]> = {}): HostLook['instances'][number] {
  return {
    component: 'api',
    version: '2.0.0',
    instance: name,
    host: '127.0.0.1',
    port: 1,
    state: 'ready',
    restarts: 0,
    detail: '',
    ...more,
  };
}

function words(effects: readonly Effect[]): string {
  expect(effects).toHaveLength(1);
  const [effect] = effects;
  expect(effect?.resource).toBe('local:/srv/shop');
  return effect?.kind === 'exec' ? effect.argv.join(' ') : '';
}

describe('effects of the local platform', () => {
  test('an installation says everything in its command line, secrets by reference', () => {
    const effects = platform.install(SPEC, NOTHING);
    expect(words(effects)).toBe(
      `unit install --root /srv/shop --component api --version 2.0.0 --digest ${DIGEST} --artefact /build/api --replicas 2 ` +
        '--ready /readyz --live /healthz --start-timeout 30s --stop-timeout 15s --secret-env DSN=env:THE_DSN --env MODE=a=b ' +
        '-- ./api --listen 127.0.0.1:{port}',
    );
  });

  test('the command line gives the same settings back, so an installed version is seen as installed', () => {
    const [effect] = platform.install(SPEC, NOTHING);
    const argv = effect?.kind === 'exec' ? effect.argv.filter((word) => typeof word === 'string').slice(1) : [];
    const args = parseUnitArguments(argv);
    if (args === undefined) throw new Error('no arguments');
    const settings = settingsHash(settingsFrom(args));
    const row = { component: 'api', version: '2.0.0', digest: DIGEST, settings };
    expect(platform.install(SPEC, { ...NOTHING, installed: [row] })).toEqual([]);
    const other = { ...SPEC, env: {} };
    expect(platform.install(other, { ...NOTHING, installed: [row] })).toHaveLength(1);
    expect(platform.install(SPEC, { ...NOTHING, installed: [{ ...row, digest: 'sha256:b' }] })).toHaveLength(1);
  });

  test('a start hands secrets over in the environment of the command', () => {
    const [effect] = platform.start(SPEC, NOTHING);
    expect(effect).toMatchObject({ env: { SHIPLOCK_UNIT_SECRET_DSN: { secret: 'env:THE_DSN' } } });
    expect(words(platform.start(SPEC, NOTHING))).toBe(
      'unit start --root /srv/shop --component api --version 2.0.0 --instances 2',
    );
  });

  test('a start is needed while instances, or their guards, are missing or going', () => {
    const two = (more: Partial<HostLook['instances'][number]>): HostLook => ({
      ...NOTHING,
      instances: [instance('2.0.0-1'), instance('2.0.0-2', more)],
    });
    expect(platform.start(SPEC, two({}))).toEqual([]);
    expect(platform.start(SPEC, two({ state: 'crash-loop' }))).toEqual([]);
    expect(platform.start(SPEC, two({ state: 'stopped' }))).toHaveLength(1);
    expect(platform.start(SPEC, two({ state: 'draining' }))).toHaveLength(1);
    expect(platform.start(SPEC, two({ version: '1.0.0' }))).toHaveLength(1);
    const guarded = localPlatform({
      ...options,
      guard: GUARD,
      ports: { first: 20_000, last: 20_099 },
      crashLoop: { restarts: 3, withinMs: 60_000 },
    });
    expect(words(guarded.start(SPEC, two({ guardPort: 9 })))).toBe(
      'unit start --root /srv/shop --component api --version 2.0.0 --instances 2 --ports 20000-20099 --crash-exits 3 --crash-window 1m ' +
        '--guard ["shiplock","guard","{guardPort}"] --heartbeat-file /srv/shop/run/beats/{version}',
    );
  });

  test('only its own component is stopped, made current or removed', () => {
    const other = { ...instance('2.0.0-1'), component: 'worker' };
    expect(platform.stop('2.0.0', { ...NOTHING, instances: [other] })).toEqual([]);
    expect(words(platform.stop('2.0.0', { ...NOTHING, instances: [instance('2.0.0-1')] }))).toContain(
      'stop --root /srv/shop --component api',
    );
    expect(platform.makeCurrent('2.0.0', { ...NOTHING, current: { api: '2.0.0' } })).toEqual([]);
    expect(words(platform.makeCurrent('2.0.0', { ...NOTHING, current: { worker: '2.0.0' } }))).toContain(
      '--component api',
    );
    const installed = [{ component: 'worker', version: '2.0.0', digest: DIGEST }];
    expect(platform.remove('2.0.0', { ...NOTHING, installed })).toEqual([]);
  });

  test('a stop has the time that its slowest instance was promised, and more', () => {
    const slow = { ...instance('2.0.0-1'), stopTimeoutMs: 40_000 };
    const [effect] = platform.stop('2.0.0', { ...NOTHING, instances: [slow] });
    expect(effect?.timeoutMs).toBe(55_000);
  });
});
