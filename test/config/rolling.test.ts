import { expect, test } from 'vitest';
import { codes, MINIMAL, resolved } from './sample.ts';

const ROLLING = MINIMAL.replace(
  '      root: .shiplock/host\n',
  '      root: .shiplock/host\n      hosts: [a, b, c]\n',
).replace(/rollout:\n[\s\S]*$/, 'rollout:\n      strategy: rolling\n      capacity: { perInstance: 50% }\n');

test('a rolling release watches the first host ten minutes and the whole twenty, and asks for an inspection', () => {
  const { rolling } = resolved(ROLLING).rollout;
  expect(rolling).toMatchObject({
    ...{ firstBakeMs: 600_000, bakeMs: 60_000, wholeBakeMs: 1_200_000 },
    batches: [
      { kind: 'share', share: 0.1 },
      { kind: 'share', share: 0.5 },
      { kind: 'share', share: 1 },
    ],
  });
  expect(rolling?.inspection.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'check log',
    'check function',
    'number memory',
    'text seen',
  ]);
  expect(resolved(ROLLING).platform).toHaveProperty('hosts', ['a', 'b', 'c']);
});

test('batches are shares of the hosts or numbers of hosts', () => {
  const text = `${ROLLING}      rolling: { firstBake: 5m, batches: [1, 50%, 0.75, 3] }\n`;
  expect(resolved(text).rollout.rolling).toMatchObject({
    firstBakeMs: 300_000,
    batches: [
      { kind: 'hosts', hosts: 1 },
      { kind: 'share', share: 0.5 },
      { kind: 'share', share: 0.75 },
      { kind: 'hosts', hosts: 3 },
    ],
  });
});

test('an environment that does not roll says nothing of it, so its releases keep their hash', () => {
  expect(resolved(MINIMAL).rollout).not.toHaveProperty('rolling');
  expect(resolved(MINIMAL).platform).not.toHaveProperty('hosts');
});

test('a rolling release needs several hosts, of which one can be spared', () => {
  expect(codes(ROLLING)).toEqual([]);
  expect(codes(ROLLING.replace('      hosts: [a, b, c]\n', ''))).toEqual(['config.rolling-without-hosts']);
  expect(codes(ROLLING.replace('50%', '49%'))).toEqual(['config.no-host-to-spare']);
  expect(codes(ROLLING.replace('      capacity: { perInstance: 50% }\n', ''))).toEqual([
    'config.rolling-without-capacity',
  ]);
});
