import { describe, expect, test } from 'vitest';
import { loadConfig, promotionOrder, wayTo } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { policyOf } from '../../src/release/policy/policy.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

/** The order of environments, and what their promotions ask for. */

const follows = (name: string, from: string): string =>
  `  ${name}:\n    extends: production\n    promotion: { from: ${from} }\n`;
const CHAIN = `${MINIMAL}${follows('third', 'second')}${follows('second', 'production')}`;
const PEOPLE = 'people:\n  anna: { roles: [releaser] }\n';
const rules = (text: string, name = 'second'): string =>
  `policy:\n  environments:\n    ${name}:\n      promotion: ${text}\n`;
const read = (text: string) => unwrap(loadConfig(text, { file: 'shiplock.yaml' }));

describe('the order of environments', () => {
  test('follows from what each comes from, wherever it stands in the file', () => {
    expect(promotionOrder(read(CHAIN))).toEqual(['production', 'second', 'third']);
    expect(wayTo(read(CHAIN), 'third')).toEqual(['production', 'second', 'third']);
    expect(promotionOrder(read(`${MINIMAL}  other:\n    extends: production\n`))).toEqual(['production', 'other']);
  });

  test('two that come from one', () => {
    const both = read(`${MINIMAL}${follows('east', 'production')}${follows('west', 'production')}`);
    expect(promotionOrder(both)).toEqual(['production', 'east', 'west']);
  });

  test('is known to the environment, and is no part of what is released', () => {
    expect(resolved(CHAIN, 'second').promotion).toEqual({ from: 'production' });
    expect(resolved(MINIMAL).promotion).toBeNull();
  });

  test.each([
    ['an environment that is not there', `${MINIMAL}${follows('second', 'staging')}`, ['config.unknown-environment']],
    ['itself', `${MINIMAL}${follows('second', 'second')}`, ['config.promotion-circle']],
    [
      'a circle, told where it closes',
      `${MINIMAL}${follows('one', 'two')}${follows('two', 'one')}`,
      ['config.promotion-circle', 'config.promotion-circle'],
    ],
    [
      'one before a circle is told by it alone',
      `${MINIMAL}${follows('one', 'one')}${follows('two', 'one')}`,
      ['config.promotion-circle'],
    ],
  ])('refused: %s', (_name, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });
});

describe('the gates of a promotion', () => {
  test.each([
    ['without people', `${CHAIN}${rules('{}')}`, ['config.promotion-without-people']],
    ['without an order', `${CHAIN}${PEOPLE}${rules('{}', 'production')}`, ['config.promotion-without-order']],
    [
      'a budget without an objective',
      `${CHAIN}${PEOPLE}${rules('{ budget: { url: "http://p", total: t, bad: b } }')}`,
      ['config.no-objective'],
    ],
    [
      'a pattern that is none',
      `${CHAIN}${PEOPLE}${rules('{ ticket: { role: releaser, pattern: "CHG-(" } }')}`,
      ['config.wrong-value'],
    ],
    [
      'a waiver without an end',
      `${CHAIN}${PEOPLE}${rules('{ parity: { waivers: [{ key: a.b, owner: anna, reason: r }] } }')}`,
      ['config.missing-key'],
    ],
    [
      'a day that does not exist',
      `${CHAIN}${PEOPLE}${rules('{ parity: { waivers: [{ key: a.b, owner: anna, reason: r, until: 2026-02-30 }] } }')}`,
      ['config.wrong-value'],
    ],
  ])('refused: %s', (_name, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  test('with what they leave out put in', () => {
    const text = `${CHAIN}objectives: { availability: 99.9% }\n${PEOPLE}${rules(
      '{ soak: 2h, budget: { url: "http://p", total: "sum(increase(a[{window}]))", bad: b, window: 1d } }',
    )}`;
    const source = { place: 'p', commit: 'c', pinned: false };
    expect(policyOf(read(text), 'second', source).rules.promotion).toEqual({
      verdict: 'ended-well',
      soakMs: 7_200_000,
      ticket: null,
      acceptance: null,
      parity: null,
      budget: {
        url: 'http://p',
        timeoutMs: 5_000,
        total: 'sum(increase(a[86400s]))',
        bad: 'b',
        windowMs: 86_400_000,
        objective: 0.999,
        left: 0.1,
      },
    });
    expect(policyOf(read(text), 'third', source).rules.promotion).toBeNull();
  });
});
