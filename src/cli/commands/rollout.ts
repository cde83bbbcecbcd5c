import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { ORDER_KINDS, type OrderKind } from '../../model/order.ts';
import { type OrderOutcome, openEnvironment, openService, orderRun } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import { findRollout } from '../find-run.ts';
import type { CommandResult } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, type PersonOptions, withCommonOptions, withPersonOptions } from '../session.ts';
import { runResult } from './requests.ts';

interface Options extends CommonOptions, PersonOptions {
  readonly reason: string;
  readonly wait: number;
}

const TEXTS: Readonly<
  Record<OrderKind, { readonly summary: string; readonly more: string; readonly example: string }>
> = {
  pause: {
    summary: 'hold a rollout where it is: it keeps its share and is judged on',
    more: 'It goes no further and asks nothing; if the evidence says `worse`, it goes back all the same. The pause outlives the process.',
    example: '$ shiplock rollout pause production --reason "support asks what the new banner is"',
  },
  resume: {
    summary: 'end a pause: the rollout goes on',
    more: 'Where no process works on it any more, this one does.',
    example: '$ shiplock rollout resume production --reason "it was the banner of marketing"',
  },
  abort: {
    summary: 'take a rollout back now, by its own way back',
    more: 'As if the evidence had said `worse`; also for one that is paused, waits at a gate, or has stopped. Ends with 4 when it is taken back. After a release: `shiplock rollback`.',
    example: '$ shiplock rollout abort 20261121-071500-3f2a --reason "wrong build"',
  },
};

export function addRollout(registry: Registry): void {
  const rollout = registry.program
    .command('rollout')
    .summary('pause, resume or abort a rollout that is under way')
    .description(
      'Pause, resume or abort a rollout that is under way, from any terminal that sees its state directory.',
    );
  for (const kind of ORDER_KINDS) addOrder(rollout, kind, registry);
}

function addOrder(rollout: Command, kind: OrderKind, { io, done }: Registry): void {
  const { summary, more, example } = TEXTS[kind];
  openToChat(withPersonOptions(withCommonOptions(rollout.command(kind))), {
    kind: 'changes',
    about: 'run',
    options: ['reason'],
  })
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}. ${more}`)
    .argument('<run>', 'the run, or its environment')
    .requiredOption('--reason <text>', 'why; stands in the journal', reason)
    .option('--wait <seconds>', 'how long to wait until the run has taken it up', seconds, 30)
    .option('--quiet', 'no progress, only the result')
    .addHelpText('after', `\nExamples:\n  ${example}`)
    .action(async (wanted: string, options: Options) => {
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const { run, environment } = await findRollout(await openService(entry), wanted);
      const service = await openEnvironment(entry, environment);
      done(orderResult(kind, await orderRun(service, { run, kind, why: options.reason, waitMs: options.wait * 1000 })));
    });
}

function reason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must say something.');
  return text;
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It must be a number of seconds.');
  return value;
}

const FOLLOWED: Readonly<Record<OrderKind, string>> = {
  pause: 'paused: it keeps its share and is judged on; go on with: shiplock rollout resume',
  resume: 'the pause is over: it goes on',
  abort: 'aborted: it goes back',
};

function orderResult(kind: OrderKind, outcome: OrderOutcome): CommandResult {
  const { run } = outcome;
  switch (outcome.kind) {
    case 'followed':
      return {
        exit: EXIT.done,
        text: `run ${run}: ${FOLLOWED[kind]}${kind === 'pause' ? ` ${run} --reason …` : ''}`,
        json: { run, order: kind, state: 'followed' },
      };
    case 'placed': {
      const text =
        outcome.why === 'busy'
          ? `run ${run} has not taken the order up yet: it finishes the step it is in, or does not answer; the order stays, see: shiplock status`
          : `no process works on run ${run}: the order is the first thing that \`shiplock resume ${run}\` takes up`;
      const exit = outcome.why === 'busy' ? EXIT.undecided : EXIT.done;
      return { exit, text, json: { run, order: kind, state: 'placed', why: outcome.why } };
    }
    case 'ended':
      return runResult(outcome.outcome);
  }
}
