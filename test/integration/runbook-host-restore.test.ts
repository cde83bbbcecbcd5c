import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { skipWords, whySkipHosts } from '../support/hosts.ts';
import { type LostHostWorld, lostHostWorld } from '../support/runbooks/host-restore.ts';

/** A host is lost with its disk. An empty machine at its address becomes what it was, behind a proxy that goes on serving. */

const why = await whySkipHosts();
const ranSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });

describe.skipIf(why !== null)(`a whole host${skipWords(why)}`, () => {
  let world: LostHostWorld;
  let before: string;
  let emptied: string;

  beforeAll(async () => {
    world = await lostHostWorld();
    before = await world.state();
  }, 400_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const runbook = (verb: 'run' | 'plan', ...words: readonly string[]) =>
    world.cli(
      ...['runbook', verb, 'host-restore', 'production', '--host', 'web2', '--reason', 'its disk died'],
      ...[...words, '--json'],
    );
  const answer = async (told: string, ...items: readonly string[]) => {
    const { run, gate } = ranSchema.parse(JSON.parse(told));
    const given = items.flatMap((item) => ['--item', item]);
    const filled = await world.cli('gate', 'fill', run ?? '', gate ?? '', ...given);
    expect(filled.code, filled.stderr).toBe(0);
    return world.cli('runbook', 'resume', run ?? '', '--json');
  };
  /** The machine as it is between boots, but for what a look may touch: its journal and its clock. */
  const files = () =>
    world.said(
      `find / -xdev \\( -path /var/log -o -path /run -o -path /proc -o -path /sys -o -path /tmp -o -path /var/tmp \\) -prune -o -printf '%p %y %m %U %s %T@\\n' | sort | sha256sum`,
    );

  it('F2: a plan says what would be installed and put, and changes nothing', async () => {
    await world.lose();
    emptied = await files();
    const plan = await runbook('plan');
    expect(plan.code, plan.stdout + plan.stderr).toBe(0);
    expect(plan.stdout).toContain('shop-agent (new) → 1.0');
    expect(plan.stdout).toContain('shop-lib (new) → 1.0');
    expect(plan.stdout).toContain('in another version: shop-old 2.0, was 1.0');
    expect(plan.stdout).toContain('no source has shop-gone');
    expect(plan.stdout).toMatch(/units that start by themselves again: shop-agent\.service, shop-job\.timer/);
    expect(plan.stdout).toContain('a time that was never measured');
    expect(await files()).toBe(emptied);
    const wrong = await runbook('run', '--planned', '0123456789ab');
    expect(wrong.code, wrong.stdout + wrong.stderr).toBe(5);
    expect(wrong.stdout).toContain('restore.host-changed');
    expect(await files()).toBe(emptied);
  }, 200_000);

  it('C5: approved, made, inspected without a request, and only then served', async () => {
    const first = await runbook('run');
    expect(first.code, first.stdout + first.stderr).toBe(3);
    expect(ranSchema.parse(JSON.parse(first.stdout)).gate).toBe('host-restore/approve');
    expect(await files()).toBe(emptied);

    const second = await answer(first.stdout, 'approved=yes', 'seen=the list of the looks');
    expect(second.code, second.stdout + second.stderr).toBe(3);
    expect(ranSchema.parse(JSON.parse(second.stdout)).gate).toBe('host-restore/inspect');
    const expected = before
      .replace(/^shop-gone .*\n/m, '')
      .replace('shop-old 1.0', 'shop-old 2.0')
      .replace(' shop-gone', '');
    expect(await world.state()).toBe(expected);
    expect(await world.served()).not.toContain('web2');
    await expect.poll(() => world.served(), { timeout: 30_000 }).toEqual(['web1']);

    const third = await answer(second.stdout, 'works=yes', 'differs=yes', 'seen=its units and its log');
    expect(third.code, third.stdout + third.stderr).toBe(0);
    await expect.poll(() => world.served(), { timeout: 30_000 }).toEqual(['web1', 'web2']);
    expect(JSON.parse(third.stdout)).toMatchObject({
      report: {
        differs: ['not installed: shop-gone, which no source has', 'another version: shop-old 2.0, was 1.0'],
        took: { predictedSeconds: null, rtoSeconds: 14_400, rpoSeconds: 86_400 },
      },
    });
  }, 250_000);

  it('a host that serves is left alone', async () => {
    const again = await runbook('run');
    expect(again.code, again.stdout + again.stderr).toBe(5);
    expect(again.stdout).toContain('restore.host-serves');
    await expect.poll(() => world.served(), { timeout: 30_000 }).toEqual(['web1', 'web2']);
  }, 100_000);

  it('lost once more: with the digest of a plan nobody is asked to approve, and the time is predicted', async () => {
    await world.lose();
    const plan = await runbook('plan');
    const digest = /--planned ([0-9a-f]{12})/.exec(plan.stdout)?.[1] ?? '';
    expect(plan.stdout).toMatch(/about \S+ until it can be inspected/);
    const first = await runbook('run', '--planned', digest);
    expect(first.code, first.stdout + first.stderr).toBe(3);
    const no = await answer(first.stdout, 'works=no', 'differs=yes', 'seen=its log is full of errors');
    expect(no.code).not.toBe(0);
    await expect.poll(() => world.served(), { timeout: 30_000 }).toEqual(['web1']);
  }, 200_000);
});
