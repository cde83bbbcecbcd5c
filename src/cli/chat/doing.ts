import {
  begins,
  type ChatCommand,
  commentProof,
  type Doing,
  type Done,
  helpOf,
  helpTable,
  type Order,
  orderOf,
  type Ruling,
  type Said,
  valueFor,
} from '../../chatops/index.ts';
import { EXIT } from '../../model/exit.ts';
import { bad, ok, problemsOf, type Result } from '../../model/problem.ts';
import { codeSpan, fenced } from '../../model/text.ts';
import { windowAt } from '../../procedure/gate/windows.ts';
import { listRuns, showGates } from '../../procedure/index.ts';
import { findChange } from '../../release/change/find.ts';
import {
  type ForgeProofs,
  openEnvironment,
  openService,
  ownErrorsOf,
  type RunCommits,
  readReport,
  runCommits,
  type Service,
  shownRun,
  underPolicy,
} from '../../release/index.ts';
import { environmentOfRun } from '../../release/scan/why.ts';
import { reportMarkdown } from '../../report/index.ts';
import { findAnyRun } from '../find-run.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door } from '../session.ts';
import { checkOut } from './checkout.ts';
import { doOnce } from './receipts.ts';
import { argvOf, type SharedCommand, sharedCommands } from './view.ts';

/** What a comment asks for is done by the commands of the command line, in this process. */

const HELP: ChatCommand = {
  name: 'help',
  summary: 'what can be written here',
  kind: 'looks',
  about: null,
  arguments: [
    {
      name: 'command',
      description: 'one of them, for its parameters',
      required: false,
      many: false,
      check: () => undefined,
    },
  ],
  options: [],
};

/** Every command that may be written in a comment. */
export function chatCommands(program: Registry['program']): readonly ChatCommand[] {
  return [...sharedCommands(program), HELP];
}

/** What `/help` answers. Pure. */
export function helpText(commands: readonly ChatCommand[], said: Said): string {
  const wanted = valueFor(said, 'command')?.replace(/^\//, '');
  const found = commands.filter(({ name }) => name === wanted || name.split(' ')[0] === wanted);
  return found.length === 0 ? helpTable(commands) : found.map(helpOf).join('\n\n');
}

/** Between two looks whether a run has begun. */
const LOOK_MS = 200;

export interface DoingOptions extends CommonOptions {
  readonly job: string | undefined;
  /** Checks comments as proofs. */
  readonly proofs: Omit<ForgeProofs, 'actor'>;
  /** Told before a run is begun or gone on with. */
  readonly onRun?: ((run: string) => void) | undefined;
}

export async function openDoing(registry: Registry, options: DoingOptions): Promise<Doing> {
  const { io, program } = registry;
  const commands = chatCommands(program);
  const shared = sharedCommands(program);
  const entry = await door(io, options, false);
  const service = await openService(entry);
  const { store, clock, exec, baseDir } = service;
  const begun = async (run: string): Promise<boolean> => (await listRuns(store)).some((one) => one.run === run);
  return {
    commands,
    now: () => clock.now(),
    job: options.job,
    help: (said) => helpText(commands, said),
    begun,
    environmentOf: (said) => environmentOf(service, said),
    checkOut: (commit) => checkOut({ exec, baseDir }, commit),
    held: async (said, run) => commitIn(said, await runCommits(store, run)),
    async policyOf(environment): Promise<Ruling | null> {
      const { rules } = await underPolicy(await openEnvironment(entry, environment), 'plan');
      if (rules.kind !== 'policy') return null;
      const { policy } = rules;
      const { windows } = policy.rules;
      const window = windows === null ? ({ kind: 'open' } as const) : windowAt(windows, clock.now());
      return { policy, rules: policy.chat ?? null, window };
    },
    async act(order) {
      const command = shared.find(({ name }) => name === order.said.command.name);
      if (command === undefined) throw new TypeError(`/${order.said.command.name} is no command of the command line`);
      const acting = actingFor(order, options);
      const doIo: Io = { ...io, acting, terminal: false, env: { ...io.env, SHIPLOCK_WHO: order.person } };
      const tell = (argv: readonly string[], io: Io = doIo) =>
        carryOut(registry, io, [...argv, ...placeWords(options)]);
      // Who goes on with a run that somebody else has begun stands in its journal.
      const resume = (run: string) =>
        tell(['resume', run], { ...doIo, env: { ...doIo.env, SHIPLOCK_WHO: order.starter } });
      const argv = argvOf(command, valuesOf(order));
      if (command.kind === 'looks') return doneOf(service, order, await tell(argv));
      if (begins(command)) {
        options.onRun?.(order.run);
        return doneOf(service, order, await ((await begun(order.run)) ? resume(order.run) : tell(argv)));
      }
      const run = valueFor(order.said, 'run');
      if (command.name === 'runbook resume' && run !== undefined) options.onRun?.(run);
      // Answers and orders carry the name of their comment: a second time is the same one.
      const again = !['lock', 'unlock', 'change new'].includes(command.name);
      const first = await doOnce(store, order.comment.id, again, () => tell(argv));
      // A gate ended the job that came to it: whoever answers it goes on with the run, in this one.
      const goesOn =
        command.name.startsWith('gate ') && run !== undefined && waitsForNothing(first) && (await isOpen(store, run));
      if (!goesOn) return doneOf(service, order, first);
      options.onRun?.(run);
      return doneOf(service, order, await resume(run));
    },
    async underWay({ run }, over) {
      while (!over.aborted) {
        // Of one run only: others may be many. There is nothing to read until it has written down that it began.
        const shown = await shownRun(store, run).catch(() => undefined);
        if (shown !== undefined) return shown?.state === 'works' ? shown : null;
        await clock.sleep(LOOK_MS, over);
      }
      return null;
    },
    async shown({ said, run: own }) {
      const run = await runAbout(store, said, own);
      return run === undefined ? null : shownRun(store, run);
    },
  };
}

/** The environment that is meant; for a run, where it runs, and for a change, which it asks for. */
async function environmentOf(service: Service, said: Said): Promise<Result<string>> {
  const wanted = valueFor(said, said.command.about ?? '') ?? '';
  try {
    if (said.command.about === 'id') return ok((await findChange(service.door, wanted)).environment);
    if (said.command.about === 'run') return ok(await environmentOfRun(service, await findAnyRun(service, wanted)));
    return ok((await openEnvironment(service.door, wanted)).environment.environment);
  } catch (error) {
    return bad(...problemsOf(error, wanted));
  }
}

function actingFor({ comment, author, run }: Order, { proofs }: DoingOptions): NonNullable<Io['acting']> {
  const actor = { account: author.id, proof: commentProof(comment.id), order: orderOf(comment.id) };
  return { run, forge: { ...proofs, actor } };
}

/** The commit is the one that was found, in full: what was typed may have been the beginning of it. */
function valuesOf({ said, commit }: Order): ReadonlyMap<string, readonly string[]> {
  return commit === undefined ? said.values : new Map([...said.values, ['commit', [commit]]]);
}

function placeWords({ config, state }: CommonOptions): readonly string[] {
  return [
    ...(config === undefined ? [] : [`--config=${config}`]),
    ...(state === undefined ? [] : [`--state=${state}`]),
  ];
}

/** Throws what the command throws. */
async function carryOut({ again }: Registry, io: Io, argv: readonly string[]): Promise<CommandResult> {
  let result: CommandResult | undefined;
  const program = again(io, (value) => {
    result = value;
  });
  await program.parseAsync([...argv], { from: 'user' });
  return result ?? { exit: EXIT.done, text: '', json: null };
}

async function isOpen(store: string, run: string): Promise<boolean> {
  return (await listRuns(store)).some((one) => one.run === run && one.finished === null);
}

function waitsForNothing({ json }: CommandResult): boolean {
  if (json === null || typeof json !== 'object' || !('waitsFor' in json)) return false;
  return Array.isArray(json['waitsFor']) && json['waitsFor'].length === 0;
}

/** What is written back: the report of the run from its journal, or what the command said. */
async function doneOf(service: Service, { said, run: own }: Order, result: CommandResult): Promise<Done> {
  const { store } = service;
  const good = result.exit === EXIT.done || result.exit === EXIT.waiting;
  const run = said.command.kind === 'looks' ? undefined : await runAbout(store, said, own);
  if (run === undefined) return { good, text: result.markdown ?? fenced(result.text), commit: undefined };
  // Pages of the service are looked for where there is something to recognise.
  const known = good ? [] : (await ownErrorsOf(service, run)).errors;
  const report = reportMarkdown(await readReport(store, run, known));
  const commit = run === own ? commitIn(said, await runCommits(store, run)) : undefined;
  return { good, text: `${report}\n${await gatesText(store, run)}`, commit };
}

/** The commit that a command names, as the journal has it: a promotion names the software, everything else what is checked out. */
function commitIn({ command }: Said, commits: RunCommits | null): string | undefined {
  return command.name === 'promote' ? commits?.release : commits?.checkedOut;
}

/** The run that a comment has begun, or that it names. */
async function runAbout(store: string, said: Said, own: string): Promise<string | undefined> {
  const about = [own, valueFor(said, 'run')];
  return (await listRuns(store)).find((one) => about.includes(one.run))?.run;
}

/** Commands that answer the gates at which a run waits. */
async function gatesText(store: string, run: string): Promise<string> {
  const open = (await showGates(store)).filter((gate) => gate.run === run);
  return open
    .map(({ path, title, demands, evidence, asked = '', askedWith = '' }) => {
      const items = evidence.map(({ name }) => ` --item ${name}=…`).join('');
      const fill = `/gate fill ${run} ${path}${items} --asked ${asked}`;
      const approve = `/gate approve ${run} ${path} --asked ${askedWith}`;
      return [
        `### It waits: ${codeSpan(title)}`,
        '',
        ...(demands === undefined ? [] : [codeSpan(demands), '']),
        fenced([...(evidence.length === 0 ? [] : [fill]), approve].join('\n')),
      ].join('\n');
    })
    .join('\n\n');
}

export type { SharedCommand };
