import { describe, expect, test } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

const withAnnounce = (text: string): string => `${MINIMAL}    announce:\n${text.replaceAll(/^/gm, '      ')}\n`;
const ALL = `alertmanager:
  urls: ["http://alert-1:9093", "https://alert-2.example.org/prefix/"]
  authorization: { secret: env:AM }
webhook:
  url: { secret: env:HOOK }
labels: { team: trust, tier: "{service}-{environment}" }
links:
  run: https://ci.example.org/{environment}/{run}
  runbook: https://wiki.example.org/{alert}
timeout: 1s
lasts: 20m
events: 2h`;

test('everything, with what is known put in', () => {
  expect(resolved(withAnnounce(ALL)).announce).toEqual({
    alertmanager: {
      urls: ['http://alert-1:9093', 'https://alert-2.example.org/prefix/'],
      authorization: { secret: 'env:AM' },
    },
    webhook: { url: { secret: 'env:HOOK' }, authorization: null },
    labels: { team: 'trust', tier: 'shop-production' },
    links: { run: 'https://ci.example.org/production/{run}', runbook: 'https://wiki.example.org/{alert}' },
    timeoutMs: 1_000,
    lastsMs: 1_200_000,
    eventsMs: 7_200_000,
  });
});

test('nobody is told unless it says so', () => expect(resolved(MINIMAL).announce).toBeNull());

test('who is told does not make another release', () => {
  expect(configHash(resolved(withAnnounce(ALL)))).toBe(configHash(resolved(MINIMAL)));
});

describe('refused', () => {
  test.each([
    ['nobody to tell', 'labels: { team: trust }', 'config.nobody-to-tell'],
    ['no address', 'alertmanager: { urls: [] }', 'config.wrong-value'],
    ['a label that says which alert it is', `${ALL.replace('team:', 'alertname:')}`, 'config.reserved-label'],
    ['a label with a dash', ALL.replace('team:', 'my-team:'), 'config.wrong-name'],
    ['a password in an address', 'alertmanager: { urls: ["http://me:secret@alert:9093"] }', 'config.password-in-text'],
    ['a placeholder that nothing fills', ALL.replace('{run}', '{rum}'), 'config.unknown-placeholder'],
    [
      'the run in an address of Alertmanager',
      ALL.replace('alert-1:9093', 'alert-1:9093/{run}'),
      'config.unknown-placeholder',
    ],
    ['a secret in the open', ALL.replace('{ secret: env:AM }', 'Bearer abc'), 'config.wrong-type'],
    ['events for a month', ALL.replace('2h', '30d'), 'config.wrong-value'],
  ])('%s', (_name, text, code) => expect(codes(withAnnounce(text))).toContain(code));
});
