import { describe, expect, test } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

const withAlerts = (text: string): string => `${MINIMAL}    alerts:\n${text.replaceAll(/^/gm, '      ')}\n`;
const ALL = `nginx-down:
  match: { alertname: NginxDown, env: "{environment}" }
  runbook: service-revive
  inputs: { service: proxy, host: { label: host } }
  cooldown: 10m
  maxPerHour: 2
api-down:
  match: { alertname: ApiDown }
  runbook: own-runbook`;

test('everything, in the order of the file, with what is known put in', () => {
  expect(resolved(withAlerts(ALL)).alerts).toEqual([
    {
      name: 'nginx-down',
      match: { alertname: 'NginxDown', env: 'production' },
      runbook: 'service-revive',
      inputs: { service: 'proxy', host: { label: 'host' } },
      cooldownMs: 600_000,
      maxPerHour: 2,
    },
    {
      name: 'api-down',
      match: { alertname: 'ApiDown' },
      runbook: 'own-runbook',
      inputs: {},
      cooldownMs: 900_000,
      maxPerHour: 3,
    },
  ]);
});

test('no alert starts anything unless it says so, and what one may start is no part of a release', () => {
  expect(resolved(MINIMAL).alerts).toBeUndefined();
  expect(configHash(resolved(withAlerts(ALL)))).toBe(configHash(resolved(MINIMAL)));
});

describe('refused', () => {
  test.each([
    ['a rule for every alert', ALL.replace('alertname: NginxDown, ', ''), 'config.alert-name'],
    ['an alert of our own', ALL.replace('alertname: NginxDown', 'alertname: ShiplockRunFailed'), 'config.alert-circle'],
    ['a key that nobody knows', ALL.replace('cooldown:', 'cooldwn:'), 'config.unknown-key'],
    ['no runbook', ALL.replace('runbook: own-runbook', 'maxPerHour: 1'), 'config.missing-key'],
    ['a path as a runbook', ALL.replace('own-runbook', '../own.ts'), 'config.wrong-value'],
    ['no limit', ALL.replace('maxPerHour: 2', 'maxPerHour: 0'), 'config.wrong-value'],
    ['a placeholder that nothing fills', ALL.replace('{environment}', '{enviroment}'), 'config.unknown-placeholder'],
  ])('%s', (_name, text, code) => expect(codes(withAlerts(text))).toContain(code));
});
