import { expect, test } from 'vitest';
import { withoutLast } from '../../src/platform/local/index.ts';
import { listening } from '../../src/platform/local/listener.ts';

test('the port of the static server is no port for instances', () => {
  const range = { first: 20_000, last: 20_024 };
  expect(withoutLast(range, 20_024)).toEqual({ first: 20_000, last: 20_023 });
  expect(withoutLast(range, 8081)).toEqual(range);
  expect(withoutLast(range, undefined)).toEqual(range);
  expect(withoutLast({ first: 9, last: 9 }, 9)).toEqual({ first: 9, last: 9 });
});

test('who listens is found in the table of the kernel by port and state', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:4956 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7711 1 0 100 0 0 10 0',
    '   1: 0100007F:4956 0100007F:8123 01 00000000:00000000 00:00000000 00000000     0        0 7712 1 0 20 4 30 10 -1',
    '   2: 0100007F:8123 0100007F:4956 01 00000000:00000000 00:00000000 00000000     0        0 7713 1 0 20 4 30 10 -1',
    '',
  ].join('\n');
  expect(listening(table, 0x4956)).toEqual(['7711']);
  expect(listening(table, 0x8123)).toEqual([]);
});
