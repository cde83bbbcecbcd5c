import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, type Lab, openLab } from '../../scripts/lab/lab.ts';
import { readRun } from '../../src/procedure/index.ts';
import { runCommits } from '../../src/release/index.ts';
import { ANNA, BEN, fakeForge } from '../support/chat/fake-forge.ts';
import { git, speaker } from '../support/chat/say.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** Real releases by comments: begun, waiting at a gate, approved by a comment, taken back. Only the forge is played. */

describe('a release by comments', () => {
  const forge = fakeForge();
  let lab: Lab;
  let dir = '';
  let runner = '';

  const say = speaker(forge, 5_000, () => ({ lab, origin: join(dir, 'origin.git'), runner }));

  async function publish(version: string): Promise<string> {
    const commit = await lab.commit(version);
    await git(lab.service, 'push', '-q', join(dir, 'origin.git'), 'HEAD:refs/heads/main', `v${version}`);
    await git(runner, 'fetch', '-q', '--tags', 'origin');
    return commit;
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'shiplock-chat-'));
    const origin = join(dir, 'origin.git');
    runner = join(dir, 'runner');
    await command(['git', 'init', '-q', '--bare', '-b', 'main', origin]);
    await git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const roles = Object.fromEntries(
      ['deploy', 'rollback', 'gate fill', 'gate approve', 'rollout abort', 'lock', 'unlock', 'status', 'why'].map(
        (name) => [name, 'releaser'],
      ),
    );
    lab = await openLab({
      database: false,
      frontend: false,
      ports: await portRange(),
      rollout: quickRollout,
      top: {
        people: {
          anna: { account: ANNA.id, emails: ['lab@localhost'], roles: ['releaser', 'approver'] },
          ben: { account: BEN.id, roles: ['releaser', 'approver'] },
        },
        policy: {
          repository: origin,
          branch: 'main',
          environments: {
            production: { evidence: 'forge', approval: 'approver', commits: 'named', chat: { commands: roles } },
          },
        },
      },
    });
    const commit = await lab.commit('1.0.0');
    await git(lab.service, 'push', '-q', origin, 'HEAD:refs/heads/main', 'v1.0.0');
    await git(dir, 'clone', '-q', origin, runner);
    expect(commit).toHaveLength(40);
  });
  afterAll(async () => {
    await lab?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  let first = '';

  test('production wants its commit named', async () => {
    const { told } = await say(ANNA, '/deploy production');
    expect(told).toContain('chat.commit-unnamed');
  });

  test('it waits at the gate, and the job ends', async () => {
    first = (await git(runner, 'rev-parse', 'HEAD')).trim();
    const { told, run, kind } = await say(
      ANNA,
      `/deploy production --commit ${first.slice(0, 12)} --reason "first \`release\` for @everyone"`,
    );
    expect(kind, told).toBe('done');
    expect(told).toContain(`- commit \`${first}\``);
    expect(told).toMatch(new RegExp(`/gate approve ${run} release/approval --asked [0-9a-f]{16}`));
    expect(await servedVersion(lab.entry)).toMatch(/fetch failed/);
    const started = (await readRun(lab.state, run)).entries[0]?.payload;
    expect(started).toMatchObject({
      who: 'anna',
      startedBy: { person: 'anna', signature: expect.stringMatching(/^forge-comment \d+$/) },
    });
  });

  test('whoever started it may not approve it; another person may, and the job of that comment goes on', async () => {
    const [waiting = ''] = [...forge.told.values()].filter((text) => text.includes('/gate approve'));
    const line = /^\/gate approve .*$/m.exec(waiting)?.[0] ?? '';
    expect((await say(ANNA, line)).told).toContain('gate.four-eyes');
    expect(
      (
        await say(
          BEN,
          line.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
        )
      ).told,
    ).toContain('gate.asks-otherwise');
    const { told, kind } = await say(BEN, line);
    expect(kind, told).toBe('done');
    expect(told).toContain('serves all traffic');
    expect(await servedVersion(lab.entry)).toBe('1.0.0');
    const run = /approve (\S+)/.exec(line)?.[1] ?? '';
    expect(await runCommits(lab.state, run)).toEqual({ release: first, checkedOut: first });
  });

  test('a job that is run again begins nothing', async () => {
    const [id = 0] = [...forge.comments.values()]
      .filter(({ body }) => body.startsWith('/deploy production --commit'))
      .map((one) => one.id);
    const before = forge.comments.get(id)?.body ?? '';
    const { told } = await say(ANNA, before, id);
    expect(told).toContain('serves all traffic');
    forge.job = 'job-2';
    expect((await say(ANNA, before, id)).kind).toBe('ignored');
    forge.job = 'job-1';
  });

  test('what is looked at, locked and gone back to', async () => {
    expect((await say(BEN, '/status production')).told).toContain('1.0.0 gets 100 %');
    expect((await say(ANNA, '/lock production --reason "by hand"')).told).toContain('production is locked: by hand');
    const second = await publish('2.0.0');
    expect((await say(ANNA, `/deploy production --commit ${second}`)).told).toContain('by hand');
    expect((await say(BEN, '/unlock production --reason done')).told).toContain('production may be taken again');
    const { run } = await say(ANNA, `/deploy production --commit ${second}`);
    const aborted = await say(BEN, `/rollout abort ${run} --reason "wrong build"`);
    expect(aborted.told).toContain('aborted by ben: wrong build');
    expect((await say(ANNA, `/why ${run}`)).told).toContain('wrong build');
    expect(await servedVersion(lab.entry)).toBe('1.0.0');
    // The checkout is where the last command left it; the remote has gone on.
    expect((await git(runner, 'rev-parse', 'HEAD')).trim()).toBe(second);
  });
});
