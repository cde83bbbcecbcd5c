import { expect, test } from 'vitest';
import { isOnHosts } from '../../src/config/index.ts';
import type { UnitSpec } from '../../src/model/platform.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { openPlatform } from '../../src/release/environment/platform.ts';
import { MINIMAL, resolved } from '../config/sample.ts';

test('nothing that is started beside the static server may be given its port', () => {
  const text = MINIMAL.replace('components:\n', 'components:\n  site: { kind: static, source: site }\n')
    .replace('root: .shiplock/host\n', 'root: .shiplock/host\n      ports: 20000-20024\n')
    .replace('bind: 127.0.0.1:8080\n', 'bind: 127.0.0.1:8080\n      files: { component: site, service: [/api] }\n');
  const environment = resolved(text);
  if (!isOnHosts(environment)) throw new Error('an environment on hosts is expected');
  expect(environment.traffic.files?.port).toBe(20_024);
  const guard = { heartbeatFile: '/x/{version}.json', argv: ['guard'] };
  const { here } = openPlatform(environment, { clock: systemClock, exec: createExec(), guard });
  const spec: UnitSpec = {
    ...{ component: 'proxy', version: '1', digest: `sha256:${'0'.repeat(64)}`, artefact: '/x', command: ['run'] },
    ...{ env: {}, replicas: 1, readyPath: '/', livePath: '/', startTimeoutMs: 1000, stopTimeoutMs: 1000 },
  };
  const look = { instances: [], installed: [], current: {} };
  const started = JSON.stringify(here('proxy').start(spec, look));
  expect(started).toContain('20000-20023');
});
