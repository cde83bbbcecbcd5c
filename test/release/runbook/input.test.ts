import { expect, test } from 'vitest';
import {
  choice,
  duration,
  flag,
  host,
  type Input,
  number,
  optionalText,
  service,
  text,
} from '../../../src/release/runbook/index.ts';

const place = { hosts: ['web1', 'web2'], services: ['database', 'api'] };
const found = (input: Input, given: string | undefined): unknown => {
  const result = input.parse(given, place);
  return result.ok ? result.value : `${result.problems[0]?.expected}; ${result.problems[0]?.remedy}`;
};
const common = { name: 'x', question: 'What?' };

test.each([
  ['a text', text(common), 'drill', 'drill'],
  ['an empty text', text(common), ' ', 'a text of at least 1 characters; give another value'],
  ['no text', text(common), undefined, 'What?; give --x'],
  ['the usual text', text({ ...common, usual: 'so' }), undefined, 'so'],
  [
    'a text that is checked',
    text({ ...common, check: (t) => (t === 'no' ? 'a yes' : undefined) }),
    'no',
    'a yes; give another value',
  ],
  ['no text where none is needed', optionalText(common), undefined, undefined],
  ['a number', number({ ...common, min: 1, max: 9 }), '7', 7],
  [
    'a number that is too large',
    number({ ...common, min: 1, max: 9 }),
    '10',
    'a whole number from 1 to 9; give another value',
  ],
  ['no number at all', number({ ...common, min: 1, max: 9 }), '7x', 'a whole number from 1 to 9; give another value'],
  ['a choice', choice({ ...common, options: ['on', 'off'] }), 'on', 'on'],
  [
    'a slip',
    choice({ ...common, options: ['full', 'incremental'] }),
    'ful',
    'one of full, incremental; did you mean full?',
  ],
  ['a duration', duration({ ...common, maxMs: 60_000 }), '30s', 30_000],
  [
    'a duration that is too long',
    duration({ ...common, maxMs: 60_000 }),
    '2m',
    'a duration from 1ms to 1m, such as 30s; give another value',
  ],
  ['a flag', flag(common), 'yes', true],
  ['no flag', flag(common), undefined, false],
  ['a host', host(common), 'web2', 'web2'],
  ['another host', host(common), 'web3', 'one of web1, web2; did you mean web1?'],
  ['a service', service(common), 'api', 'api'],
  ['all services', service(common), undefined, undefined],
] as const)('%s', (_name, input, given, expected) => {
  expect(found(input, given)).toEqual(expected);
});
