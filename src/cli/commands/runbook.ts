import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { listRuns } from '../../procedure/index.ts';
import { openService } from '../../release/index.ts';
import type { Runbook } from '../../release/runbook/index.ts';
import { openToChat } from '../chat/view.ts';
import type { Registry } from '../registry.ts';
import { ownPlace } from '../runbook/place.ts';
import {
  type ChangeOptions,
  type CommonOptions,
  door,
  type PersonOptions,
  withChangeOption,
  withCommonOptions,
  withPersonOptions,
} from '../session.ts';
import { addRunbookDocs, addRunbookNew, addRunbookTest } from './runbook-author.ts';
import { addRunbookResume } from './runbook-resume.ts';
import { addRunbookServe } from './runbook-serve.ts';

export interface RunbookOptions extends CommonOptions, PersonOptions, ChangeOptions {
  readonly input?: readonly string[];
  readonly yes?: boolean;
}

/** `shiplock runbook …`: standard operating procedures that run. */
export function addRunbook(registry: Registry): void {
  const runbook = registry.program
    .command('runbook')
    .summary('standard operating procedures that run')
    .description(
      'Standard operating procedures as programs: planned, run, gone on with after a crash, printed as a document. Those of this program, and those in the directory `runbooks` beside shiplock.yaml.',
    );
  addList(runbook, registry);
  addShow(runbook, registry);
  addCarryOut(runbook, registry, 'plan');
  addCarryOut(runbook, registry, 'run');
  addRunbookResume(runbook, registry);
  addHistory(runbook, registry);
  addRunbookDocs(runbook, registry);
  addRunbookNew(runbook, registry);
  addRunbookTest(runbook, registry);
  addRunbookServe(runbook, registry);
}

function addList(runbook: Command, { io, done }: Registry): void {
  withCommonOptions(runbook.command('list'))
    .summary('the runbooks there are')
    .description('List the runbooks: name, severity, inputs and title.')
    .addHelpText('after', '\nExamples:\n  $ shiplock runbook list\n  $ shiplock runbook list --json')
    .action(async (options: CommonOptions) => {
      const [{ listRunbooks }, { listText }] = await Promise.all([
        import('../runbook/registry.ts'),
        import('../runbook/texts.ts'),
      ]);
      const { found, broken } = await listRunbooks(await ownPlace(io, options));
      const words = broken.map(({ file, problems }) => ({ file, found: problems[0]?.found ?? '' }));
      done({
        exit: EXIT.done,
        text: listText(found, words),
        json: jsonSchema.parse({
          runbooks: found.map(({ runbook: one, own }) => ({ ...definitionJson(one), own })),
          broken: words,
        }),
      });
    });
}

function addShow(runbook: Command, { io, done }: Registry): void {
  openToChat(withCommonOptions(runbook.command('show')), {
    kind: 'looks',
    about: 'environment',
    options: [],
    needs: ['environment'],
  })
    .summary('what a runbook does and asks')
    .description(
      'Print what a runbook is for, what it asks, and what must be so before it. With an environment: also its steps there, with the sample of its inputs.',
    )
    .argument('<name>', 'the runbook')
    .argument('[environment]', 'print its steps for this environment')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock runbook show system-stop\n  $ shiplock runbook show system-stop production',
    )
    .action(async (name: string, environment: string | undefined, options: CommonOptions) => {
      const [{ findRunbook }, { showText }] = await Promise.all([
        import('../runbook/registry.ts'),
        import('../runbook/texts.ts'),
      ]);
      const { runbook: one, own } = await findRunbook(name, await ownPlace(io, options));
      const text = showText(one);
      if (environment === undefined) {
        done({ exit: EXIT.done, text, json: { ...definitionJson(one), own } });
        return;
      }
      const { carryOut } = await import('../runbook/carry-out.ts');
      const words = { environment, texts: one.sample };
      const how = { mode: 'plan', yes: false, options, help: `shiplock runbook show ${name}` } as const;
      const plan = await carryOut(io, one, words, how);
      done({
        exit: EXIT.done,
        text: `${text}\n\n${plan.text}`,
        json: { ...definitionJson(one), own, plan: plan.json },
      });
    });
}

const VERBS = {
  plan: {
    summary: 'what a runbook would do now',
    description:
      'Plan a runbook: look at the world, decide, and print the same effects that `run` would execute. Changes nothing.',
    example:
      '$ shiplock runbook plan system-stop production --reason "power works"\n  $ shiplock runbook plan system-restart production --input service=api --input "reason=memory grows" --json',
  },
  run: {
    summary: 'carry a runbook out',
    description:
      'Carry a runbook out under the lease of the environment. Every step stands in the journal before and after it; after a crash or a gate it is gone on with by `runbook resume`. At a terminal it asks for inputs that are missing.',
    example:
      '$ shiplock runbook run system-status production\n  $ shiplock runbook run system-restart production --service api --reason "memory grows"',
  },
} as const;

function addCarryOut(runbook: Command, { io, done }: Registry, verb: 'plan' | 'run'): void {
  const { summary, description, example } = VERBS[verb];
  // Without --yes, which stands in no comment, what cannot be brought back is refused.
  const view = { about: 'environment', needs: ['environment'] } as const;
  const opened = runbook.command(verb);
  const command = withPersonOptions(
    withCommonOptions(
      verb === 'run'
        ? openToChat(withChangeOption(opened), { ...view, kind: 'runs', options: ['input', 'change'] })
        : openToChat(opened, { ...view, kind: 'looks', options: ['input'] }),
    ),
  )
    .summary(summary)
    .description(`${description} Inputs are given as \`--NAME TEXT\`, or as \`--input NAME=TEXT\`.`)
    .argument('<name>', 'the runbook')
    .argument('[environment]', 'where')
    .argument('[words...]', 'the inputs as options, before or behind the environment')
    .option(
      '--input <name=text>',
      'an input; may be given several times',
      (one: string, all: readonly string[] = []) => [...all, one],
    )
    .allowUnknownOption()
    .addHelpText('after', `\nExamples:\n  ${example}`);
  if (verb === 'run') {
    command
      .option('--yes', 'yes, take away what cannot be brought back')
      .option('--await-override', 'begin without a change record: the run waits at the gate for an override')
      .option('--quiet', 'no progress, only the result');
  }
  type Words = [name: string, first: string | undefined, others: readonly string[], options: RunbookOptions];
  command.action(async (...[name, first, others, options]: Words) => {
    const rest = first === undefined ? [] : [first, ...others];
    const [{ findRunbook }, { carryOut }, { readWords }] = await Promise.all([
      import('../runbook/registry.ts'),
      import('../runbook/carry-out.ts'),
      import('../runbook/words.ts'),
    ]);
    const { runbook: one } = await findRunbook(name, await ownPlace(io, options));
    const help = `shiplock runbook show ${name}`;
    const words = readWords(one, rest, options.input ?? [], help);
    done(await carryOut(io, one, words, { mode: verb, yes: options.yes === true, options, help }));
  });
}

function addHistory(runbook: Command, { io, done }: Registry): void {
  withCommonOptions(runbook.command('history'))
    .summary('who ran which runbook, when, and how it ended')
    .description('List the runs of runbooks in the state directory, newest first. What only reads is not recorded.')
    .argument('[name]', 'only runs of this runbook')
    .option('--environment <name>', 'only runs in this environment')
    .option('--most <number>', 'at most this many', most, 20)
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock runbook history\n  $ shiplock runbook history system-restart --environment production --json',
    )
    .action(
      async (
        name: string | undefined,
        options: CommonOptions & { readonly environment?: string; readonly most: number },
      ) => {
        const { historyOf, historyText } = await import('../../release/runbook/index.ts');
        const { store } = await openService(await door(io, options, false));
        const only = { runbook: name, environment: options.environment };
        const rows = historyOf(await listRuns(store), only).slice(0, options.most);
        done({ exit: EXIT.done, text: historyText(rows), json: jsonSchema.parse({ runs: rows }) });
      },
    );
}

function most(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new ProblemError({
    code: 'cli.usage',
    where: '--most',
    found: JSON.stringify(text),
    expected: 'a whole number from 1',
    remedy: 'write for instance --most 20',
  });
}

function definitionJson({ id, title, summary, when, severity, requirements, inputs }: Runbook): {
  readonly [key: string]: Json;
} {
  return {
    name: id,
    ...{ title, summary, when, severity },
    requirements: [...requirements],
    inputs: inputs.map(({ name, kind, question, required, usual, options }) => ({
      ...{ name, kind, question, required },
      usual: usual ?? null,
      options: [...options],
    })),
  };
}
