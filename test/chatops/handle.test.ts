import { describe, expect, test } from 'vitest';
import { chatConfig } from '../../src/chatops/config.ts';
import { type Doing, handleComment, OLDEST_MS, type Ruling } from '../../src/chatops/handle.ts';
import { type Comment, helpTable, markOf, readEvent, valueFor } from '../../src/chatops/index.ts';
import { bad, ok, ProblemError } from '../../src/model/problem.ts';
import { COMMANDS } from '../support/chat/commands.ts';
import { ANNA, BEN, COMMIT, commentOf, EVE, type FakeForge, fakeForge, NOON } from '../support/chat/fake-forge.ts';
import { person, policy } from '../support/policy.ts';

const people = [
  { ...person('anna', 'releaser'), account: ANNA.id },
  { ...person('ben', 'viewer'), account: BEN.id },
];
const rules = chatConfig.parse({
  commit: 'pinned',
  commands: Object.fromEntries(COMMANDS.map(({ name }) => [name, name === 'status' ? 'viewer' : 'releaser'])),
});
const RUN = '20261118-120000-c4711';
const RUNBOOK = '/runbook run system-stop staging --input "reason=power works"';
const SHOWN = { run: RUN, environment: 'staging', commit: COMMIT, state: 'good', sentence: 'it serves' } as const;
const problem = (code: string) => ({ code, where: 'w', found: 'f', expected: 'e', remedy: 'r' });

interface World extends Doing {
  readonly acted: string[];
  readonly runs: Set<string>;
  ruling: Ruling | null;
  time: number;
  out: string;
  acts: () => Promise<void>;
  good: boolean;
  named: string | undefined;
}

function world(): World {
  const doing: World = {
    acted: [],
    runs: new Set(),
    ruling: { policy: policy(people), rules, window: { kind: 'open' } },
    time: NOON + 5_000,
    out: COMMIT,
    acts: async () => undefined,
    good: true,
    named: COMMIT,
    commands: COMMANDS,
    job: 'https://forge/job/1',
    now: () => doing.time,
    help: () => helpTable(COMMANDS),
    begun: async (run) => doing.runs.has(run),
    environmentOf: async (said) => {
      const name = valueFor(said, said.command.about ?? '');
      return name === 'nowhere' ? bad(problem('config.unknown-environment')) : ok(name ?? null);
    },
    policyOf: async () => doing.ruling,
    checkOut: async () => ok(doing.out),
    held: async () => doing.named,
    underWay: async () => null,
    shown: async ({ run }) => (doing.runs.has(run) ? SHOWN : null),
    act: async ({ said, run, commit }) => {
      if (!doing.runs.has(run)) doing.acted.push(`${said.command.name} ${commit ?? ''}`.trim());
      doing.runs.add(run);
      await doing.acts();
      return { good: doing.good, text: 'as the journal has it', commit: doing.named };
    },
  };
  return doing;
}

async function say(
  body: string,
  more: { forge?: FakeForge; doing?: World; comment?: Partial<Comment>; event?: string; action?: string } = {},
) {
  const { forge = fakeForge(), doing = world() } = more;
  if (!forge.comments.has(4711)) forge.comments.set(4711, commentOf(body, more.comment));
  const handled = await handleComment(
    { action: more.action ?? 'created', thread: 7, comment: 4711, body: more.event ?? body },
    forge,
    doing,
  );
  return { handled, forge, doing, told: forge.told.get(`7 ${markOf(4711)}`) ?? '' };
}
const codeOf = ({ handled }: Awaited<ReturnType<typeof say>>) =>
  'problems' in handled ? handled.problems.map(({ code }) => code).join(' ') : handled.kind;

describe('a command', () => {
  test('is acknowledged, done and told', async () => {
    const { handled, forge, doing, told } = await say('/deploy staging');
    expect(handled).toEqual({ kind: 'done', good: true, commit: COMMIT });
    expect(doing.acted).toEqual([`deploy ${COMMIT}`]);
    expect(forge.reactions).toEqual(['4711 eyes']);
    expect(forge.shown).toEqual([SHOWN]);
    expect(told).toContain('✅ **Ended**: `/deploy staging`');
    expect(told).toContain(COMMIT);
    expect(told).toContain('as the journal has it');
    expect(forge.calls.length).toBeLessThanOrEqual(12);
  });

  test('one living comment: it says that it has begun while it is under way', async () => {
    const doing = world();
    const forge = fakeForge();
    let meanwhile = '';
    doing.acts = async () => {
      meanwhile = [...forge.told.values()].join('\n');
    };
    await say('/deploy staging', { forge, doing });
    expect(meanwhile).toContain('⏳ **Begun**');
    expect(meanwhile).toContain(RUN);
    expect(forge.told.size).toBe(1);
  });

  test('that ended badly says so', async () => {
    const doing = world();
    doing.good = false;
    const { told, forge } = await say('/deploy staging', { doing });
    expect(told).toContain('⚠️ **Ended**');
    expect(forge.reactions).toContain('4711 confused');
  });

  test('that only looks claims nothing', async () => {
    const ben = { author: BEN };
    const forge = fakeForge();
    forge.startedBy = BEN;
    const { handled } = await say('/status production', { forge, comment: ben });
    expect(handled.kind).toBe('done');
    expect(forge.calls).not.toContain('claim');
    expect(forge.calls).not.toContain('show');
  });

  test('that runs a runbook is about no commit, and needs no window', async () => {
    const doing = world();
    doing.named = undefined;
    doing.ruling = { policy: policy(people), rules, window: { kind: 'closed', why: 'night', opens: undefined } };
    doing.checkOut = async () => expect.unreachable('it has no commit to check out');
    const { handled, forge, told } = await say(RUNBOOK, { doing });
    expect(handled).toEqual({ kind: 'done', good: true, commit: undefined });
    expect(doing.acted).toEqual(['runbook run']);
    expect(doing.runs).toEqual(new Set([RUN]));
    expect(forge.calls).toContain('claim');
    expect(told).toContain('✅ **Ended**: `/runbook run system-stop staging');
  });

  test('that runs a runbook needs its own role here, whatever else the person may do', async () => {
    const forge = fakeForge();
    forge.startedBy = BEN;
    const refused = await say(RUNBOOK, { forge, comment: { author: BEN } });
    expect(codeOf(refused)).toBe('chat.role-missing');
    const doing = world();
    const { 'runbook run': _, ...others } = rules.commands;
    doing.ruling = { policy: policy(people), rules: { ...rules, commands: others }, window: { kind: 'open' } };
    expect(codeOf(await say(RUNBOOK, { doing }))).toBe('chat.command-not-open');
    expect([...refused.doing.acted, ...doing.acted]).toEqual([]);
  });

  test('/help is answered to anybody', async () => {
    const { told } = await say('/help', { comment: { author: EVE } });
    expect(told).toContain('| `/deploy <environment>');
  });
});

describe('ignored, without a word', () => {
  test.each<[string, Parameters<typeof say>]>([
    ['an edit', ['/deploy staging', { action: 'edited' }]],
    ['a deletion', ['/deploy staging', { action: 'deleted' }]],
    ['talk', ['deploy staging, please']],
    ['a command of somebody else', ['/lgtm']],
    ['a program', ['/deploy staging', { comment: { author: { ...ANNA, bot: true } } }]],
    ['a comment of another thread', ['/deploy staging', { comment: { issue: 8 } }]],
    ['one that became talk', ['never mind', { event: '/deploy staging' }]],
  ])('%s', async (_name, [body, more]) => {
    const { handled, forge, doing } = await say(body, more);
    expect(handled.kind).toBe('ignored');
    expect([...forge.told, ...forge.reactions, ...doing.acted]).toEqual([]);
  });

  test('what was deleted meanwhile', async () => {
    const forge = fakeForge();
    const handled = await handleComment(
      { action: 'created', thread: 7, comment: 1, body: '/deploy staging' },
      forge,
      world(),
    );
    expect(handled.kind).toBe('ignored');
  });

  test('what another job has taken', async () => {
    const forge = fakeForge();
    forge.claims.set(4711, 'job-0');
    const { handled, doing } = await say('/deploy staging', { forge });
    expect(handled.kind).toBe('ignored');
    expect(doing.acted).toEqual([]);
  });
});

describe('refused, with a reason', () => {
  const cases: [string, string, (forge: FakeForge, doing: World) => Partial<Comment> | undefined, string][] = [
    ['a mistake', '/depoly staging', () => undefined, 'chat.unknown-command'],
    ['changed after it was written', '/deploy staging', () => ({ edited: true }), 'chat.edited'],
    [
      'too old',
      '/deploy staging',
      (_, doing) => {
        doing.time = NOON + OLDEST_MS + 1;
        return undefined;
      },
      'chat.too-old',
    ],
    ['a stranger', '/deploy staging', () => ({ author: EVE }), 'chat.unknown-person'],
    ['an environment that is not there', '/deploy nowhere', () => undefined, 'config.unknown-environment'],
    [
      'no policy',
      '/deploy staging',
      (_, doing) => {
        doing.ruling = null;
        return undefined;
      },
      'chat.no-policy',
    ],
    [
      'run again by a stranger',
      '/deploy staging',
      (forge) => {
        forge.startedBy = EVE;
        return undefined;
      },
      'chat.unknown-person',
    ],
    [
      'a commit that no branch holds',
      '/deploy staging',
      (forge) => {
        forge.isHeld = false;
        return undefined;
      },
      'chat.commit-elsewhere',
    ],
    [
      'a push record that does not say',
      '/deploy staging',
      (forge) => {
        forge.head = bad(problem('forge.push-unclear'));
        return undefined;
      },
      'forge.push-unclear',
    ],
    [
      'another commit in the checkout',
      '/deploy staging',
      (_, doing) => {
        doing.out = COMMIT.replace('c', 'd');
        return undefined;
      },
      'chat.other-commit',
    ],
    [
      'what the command refuses',
      '/deploy staging',
      (_, doing) => {
        doing.act = async () => {
          throw new ProblemError(problem('release.other-commit'));
        };
        return undefined;
      },
      'release.other-commit',
    ],
  ];
  test.each(cases)('%s', async (_name, body, change, code) => {
    const [forge, doing] = [fakeForge(), world()];
    const comment = change(forge, doing);
    const said = await say(body, { forge, doing, event: body, ...(comment === undefined ? {} : { comment }) });
    expect(codeOf(said)).toBe(code);
    expect(said.told).toContain('⛔ **Refused**, nothing was changed');
    expect(said.told).toContain(`[${code}]`);
    expect(doing.acted).toEqual([]);
    expect(forge.reactions.at(-1)).toBe('4711 confused');
  });
});

describe('never a false comment', () => {
  test('a journal that names another commit', async () => {
    const doing = world();
    doing.named = 'd'.repeat(40);
    const said = await say('/deploy staging', { doing });
    expect(codeOf(said)).toBe('chat.other-commit');
    expect(said.told).toContain('❌ **Failed**');
    expect(said.told).not.toContain('nothing was changed:');
    expect(said.told).toContain(`shiplock resume ${RUN}`);
  });

  test('a surprise after the beginning', async () => {
    const doing = world();
    doing.acts = async () => {
      throw new Error('disk full');
    };
    const said = await say('/deploy staging', { doing });
    expect(said.told).toContain('❌ **Failed**');
    expect(said.told).toContain('disk full');
  });

  test('a forge that does not take the last word: the job fails, and the next one tells', async () => {
    const [forge, doing] = [fakeForge(), world()];
    let tells = 0;
    forge.before = (call) => {
      if (call === 'tell' && ++tells === 2) throw new Error('502');
    };
    await expect(say('/deploy staging', { forge, doing })).rejects.toThrow('502');
    expect([...forge.told.values()][0]).toContain('Begun');
    const again = await say('/deploy staging', { forge, doing });
    expect(again.told).toContain('✅ **Ended**');
    expect(doing.acted).toHaveLength(1);
  });

  test('run again by another person who may do it too: both are judged, and both are named', async () => {
    const [forge, doing] = [fakeForge(), world()];
    const carla = { id: 103, login: 'carla', bot: false };
    const rights = policy([...people, { ...person('carla', 'releaser'), account: carla.id }]);
    doing.ruling = { policy: rights, rules, window: { kind: 'open' } };
    forge.startedBy = carla;
    const orders: unknown[] = [];
    const act = doing.act;
    doing.act = async (order) => {
      orders.push([order.person, order.starter]);
      return act(order);
    };
    const said = await say('/deploy staging', { forge, doing });
    expect(said.handled.kind).toBe('done');
    expect(said.told).toContain('- run again by `carla`');
    expect(orders).toEqual([['anna', 'carla']]);
    // Her right does not stand for that of who wrote it.
    const other = fakeForge();
    other.startedBy = carla;
    const byBen = await say('/deploy staging', { forge: other, doing, comment: { author: BEN } });
    expect(codeOf(byBen)).toBe('chat.role-missing');
  });

  test('run again by somebody whose account the forge does not tell', async () => {
    const forge = fakeForge();
    forge.startedBy = { id: 0, login: 'carla', bot: false };
    const said = await say('/deploy staging', { forge });
    expect(codeOf(said)).toBe('chat.starter-untold');
    expect(said.told).toContain('write the command in a comment of your own');
  });

  test('a reaction is decoration: without it everything goes on', async () => {
    const forge = fakeForge();
    forge.before = (call) => {
      if (call === 'react') throw new Error('403');
    };
    expect((await say('/deploy staging', { forge })).handled.kind).toBe('done');
  });

  test('once begun it is not called refused, and not asked for its window or its age again', async () => {
    const [forge, doing] = [fakeForge(), world()];
    doing.runs.add(RUN);
    doing.time = NOON + 10 * OLDEST_MS;
    doing.ruling = { policy: policy(people), rules, window: { kind: 'closed', why: 'night', opens: undefined } };
    forge.isHeld = false;
    forge.head = bad(problem('forge.no-push-record'));
    forge.startedBy = EVE;
    forge.told.set(`7 ${markOf(4711)}`, '⏳ **Begun**');
    const said = await say('/deploy staging', { forge, doing });
    expect(codeOf(said)).toBe('chat.unknown-person');
    expect(said.told).toContain('❌ **Failed**');
    forge.startedBy = ANNA;
    expect((await say('/deploy staging', { forge, doing })).handled.kind).toBe('done');
  });

  test('how it ended stays, whoever runs the job again, and whenever', async () => {
    for (const body of ['/deploy staging', '/lock staging --reason x']) {
      const [forge, doing] = [fakeForge(), world()];
      const first = await say(body, { forge, doing });
      expect(first.told).toContain('✅ **Ended**');
      forge.startedBy = EVE;
      expect(codeOf(await say(body, { forge, doing }))).toBe('chat.unknown-person');
      forge.startedBy = ANNA;
      doing.time = NOON + 10 * OLDEST_MS;
      expect((await say(body, { forge, doing })).told).toBe(first.told);
    }
  });

  test('a refusal stands in the place of an earlier one, and of an order of which nobody knows in no case', async () => {
    const [forge, doing] = [fakeForge(), world()];
    forge.startedBy = EVE;
    await say('/lock staging --reason x', { forge, doing });
    forge.startedBy = ANNA;
    doing.time = NOON + 10 * OLDEST_MS;
    expect((await say('/lock staging --reason x', { forge, doing })).told).toContain('chat.too-old');
    forge.told.set(`7 ${markOf(4711)}`, '⏳ **Begun**');
    expect((await say('/lock staging --reason x', { forge, doing })).told).toBe('⏳ **Begun**');
  });
});

class Killed extends Error {}

test('a job that is killed at any call, before or after it took effect, and started again: done once, and the comment is true', async () => {
  let places = 0;
  for (const body of ['/deploy staging', '/rollback staging --reason x', RUNBOOK]) {
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; ; at++) {
        const [forge, doing] = [fakeForge(), world()];
        let calls = 0;
        forge[when] = () => {
          calls++;
          if (calls === at) throw new Killed();
        };
        const died = await say(body, { forge, doing }).then(
          () => false,
          () => true,
        );
        forge[when] = () => undefined;
        if (!died && calls < at) break;
        places++;
        const { handled, told } = await say(body, { forge, doing });
        expect(handled.kind, `${body} ${when} ${at}`).toBe('done');
        expect(told).toContain('✅ **Ended**');
        expect(forge.told.size).toBe(1);
        expect(doing.acted, `${body} ${when} ${at}`).toHaveLength(1);
      }
    }
  }
  expect(places).toBeGreaterThan(25);
});

describe('the event', () => {
  test('only the number, the thread and the text are taken from it', () => {
    const event = {
      action: 'created',
      issue: { number: 7, title: 'x' },
      comment: { id: 1, body: '/help', user: { login: 'root' } },
      sender: {},
    };
    expect(readEvent(JSON.stringify(event), 'event.json')).toEqual(
      ok({ action: 'created', thread: 7, comment: 1, body: '/help' }),
    );
  });

  test.each([
    '',
    '{',
    '{}',
    '[]',
    '{"action":"created","issue":{"number":"7"},"comment":{"id":1,"body":""}}',
    '{"action":"created","issue":{"number":-1},"comment":{"id":1,"body":""}}',
  ])('refused: %s', (text) => {
    const read = readEvent(text, 'event.json');
    expect(read.ok ? '' : read.problems[0]?.code).toBe('chat.no-event');
  });
});
