import { describe, expect, test } from 'vitest';
import { commentIn, commentProof, orderOf, runOf, whyNoProof } from '../../src/chatops/index.ts';
import {
  askedOf,
  GATE_NAMESPACE,
  gateText,
  ORDER_NAMESPACE,
  orderText,
  START_NAMESPACE,
  startText,
} from '../../src/procedure/gate/statement.ts';
import { COMMANDS } from '../support/chat/commands.ts';
import { ANNA, BEN, commentOf } from '../support/chat/fake-forge.ts';

const gate = {
  run: 'r1',
  environment: 'production',
  gate: 'release/approval',
  opening: 'o1',
  subject: 's1',
  planHash: 'p1',
  host: 'h',
  person: 'anna',
  kind: 'evidence' as const,
  reason: '',
  items: { decision: 'go', seats: 3, looked: true },
};
const asked = askedOf({ ...gate, items: {} });
const askedWith = askedOf(gate);
const FILL = `/gate fill r1 release/approval --item decision=go --item seats=3 --item looked=yes --asked ${asked}`;
const APPROVE = `/gate approve r1 release/approval --asked ${askedWith}`;

const why = (
  body: string,
  statement: Partial<typeof gate> = {},
  more: Parameters<typeof commentOf>[1] = {},
  account: number | null = ANNA.id,
) =>
  whyNoProof(
    commentOf(body, more),
    {
      text: gateText({ ...gate, ...statement }),
      signature: '',
      namespace: GATE_NAMESPACE,
      person: 'anna',
      keys: [],
      account,
    },
    COMMANDS,
  );

describe('a comment as evidence', () => {
  test('a filling and an approval that say exactly this', () => {
    expect(why(FILL)).toBeUndefined();
    expect(why(APPROVE)).toBeUndefined();
    expect(why(`${FILL}\nthe customer agrees`)).toBeUndefined();
  });

  test.each([
    ['another run', { run: 'r2' }],
    ['another environment', { environment: 'staging' }],
    ['another gate', { gate: 'release/other' }],
    ['another opening', { opening: 'o2' }],
    ['something else behind the gate', { subject: 's2' }],
    ['another plan', { planHash: 'p2' }],
    ['other answers', { items: { ...gate.items, decision: 'stop' } }],
    ['fewer answers', { items: { decision: 'go', seats: 3 } as typeof gate.items }],
    ['a tick that was not made', { items: { ...gate.items, looked: false } }],
    ['another number', { items: { ...gate.items, seats: 4 } }],
    ['an override', { kind: 'override' as never }],
  ])('not for %s', (_name, statement) => {
    expect(why(FILL, statement)).toBe('the comment says something else');
    expect(why(APPROVE, statement)).toBe('the comment says something else');
  });

  test.each<[string, string | undefined]>([
    ['of another account', why(FILL, {}, { author: BEN })],
    ['by name alone', why(FILL, {}, { author: { ...ANNA, id: 5 } })],
    ['where the person has no account', why(FILL, {}, {}, null)],
    ['changed since', why(FILL, {}, { edited: true })],
    ['of a program', why(FILL, {}, { author: { ...ANNA, bot: true } })],
    ['that is talk', why('I approve')],
    ['that is quoted', why(`> ${FILL}`)],
    ['that fills in without naming what', why(FILL.replace(asked, askedWith))],
    ['that is an approval without the answers', why(APPROVE.replace(askedWith, asked))],
    ['for another command', why('/deploy production')],
    [
      'that was deleted',
      whyNoProof(
        null,
        { text: gateText(gate), signature: '', namespace: GATE_NAMESPACE, person: 'anna', keys: [], account: 1 },
        COMMANDS,
      ),
    ],
  ])('not one %s', (_name, answer) => {
    expect(answer).toBeTypeOf('string');
  });
});

describe('a comment as the beginning of a run, and as an order', () => {
  const start = {
    run: runOf(commentOf('')),
    environment: 'production',
    procedure: 'release',
    planHash: 'p',
    host: 'h',
    person: 'anna',
  };
  const began = (body: string, more: Partial<typeof start> = {}) =>
    whyNoProof(
      commentOf(body),
      {
        text: startText({ ...start, ...more }),
        signature: '',
        namespace: START_NAMESPACE,
        person: 'anna',
        keys: [],
        account: ANNA.id,
      },
      COMMANDS,
    );
  test('one comment begins one run', () => {
    expect(start.run).toBe('20261118-120000-c4711');
    expect(began('/deploy production')).toBeUndefined();
    expect(began('/promote --to production --commit c0ffee00c0ff')).toBeUndefined();
    expect(began('/rollback production --reason x', { procedure: 'rollback' })).toBeUndefined();
    expect(began('/deploy production', { run: '20261118-120000-c4712' })).toBeTypeOf('string');
    expect(began('/deploy staging')).toBeTypeOf('string');
    expect(began('/deploy production', { procedure: 'rollback' })).toBeTypeOf('string');
    expect(began('/status production')).toBeTypeOf('string');
    const stop = { procedure: 'runbook:system-stop' };
    expect(began('/runbook run system-stop production --input "reason=power works"', stop)).toBeUndefined();
    expect(began('/runbook run system-start production', stop)).toBeTypeOf('string');
    expect(began('/runbook run system-stop staging', stop)).toBeTypeOf('string');
    expect(began('/runbook plan system-stop production', stop)).toBeTypeOf('string');
    expect(began('/rollback production --reason x', stop)).toBeTypeOf('string');
    expect(began('/runbook run rollback production', { procedure: 'rollback' })).toBeTypeOf('string');
  });

  const order = {
    run: 'r1',
    environment: 'production',
    id: orderOf(4711),
    kind: 'abort' as const,
    why: 'wrong build',
    host: 'h',
    person: 'anna',
  };
  const ordered = (body: string, more: Partial<typeof order> = {}) =>
    whyNoProof(
      commentOf(body),
      {
        text: orderText({ ...order, ...more }),
        signature: '',
        namespace: ORDER_NAMESPACE,
        person: 'anna',
        keys: [],
        account: ANNA.id,
      },
      COMMANDS,
    );
  test('one comment gives one order', () => {
    expect(ordered('/rollout abort r1 --reason "wrong build"')).toBeUndefined();
    expect(ordered('/rollout abort production --reason "wrong build"')).toBeUndefined();
    expect(ordered('/rollout abort r2 --reason "wrong build"')).toBeTypeOf('string');
    expect(ordered('/rollout pause r1 --reason "wrong build"')).toBeTypeOf('string');
    expect(ordered('/rollout abort r1 --reason other')).toBeTypeOf('string');
    expect(ordered('/rollout abort r1 --reason "wrong build"', { id: orderOf(4712) })).toBeTypeOf('string');
  });

  test('another kind of statement is proven by no comment', () => {
    const question = { text: '{}', signature: '', namespace: 'git', person: 'anna', keys: [], account: ANNA.id };
    expect(whyNoProof(commentOf('/deploy production'), question, COMMANDS)).toBeTypeOf('string');
  });
});

test('what stands in the place of a signature names a comment and nothing else', () => {
  expect(commentIn(commentProof(4711))).toBe(4711);
  for (const text of [
    'forge-comment 0',
    'forge-comment 1 2',
    'forge-comment -1',
    ' forge-comment 1',
    '4711',
    'forge-comment 1\n',
  ])
    expect(commentIn(text)).toBeUndefined();
});
