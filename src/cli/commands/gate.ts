import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError, unwrap } from '../../model/problem.ts';
import {
  type Evidence,
  type EvidenceField,
  type Filling,
  gateStatement,
  giveEvidence,
  importRuns,
  type OpenGate,
  showGates,
} from '../../procedure/index.ts';
import {
  announceRun,
  gatekeeperOfRun,
  openEnvironment,
  openService,
  refreshRun,
  signerOf,
  underPolicy,
} from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { CommandResult } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, type PersonOptions, withCommonOptions, withPersonOptions } from '../session.ts';
import { signatureOption } from './gate-signature.ts';
import { gateText } from './gate-text.ts';
import { findRun } from './resume.ts';

interface Options extends CommonOptions, PersonOptions {
  readonly item?: readonly string[];
  readonly evidence?: readonly string[];
  readonly signature?: string;
  readonly print?: boolean;
  readonly asked?: string;
  readonly reason?: string;
}

export function addGate(registry: Registry): void {
  const gate = registry.program
    .command('gate')
    .summary('see and answer what a run waits for')
    .description('See what runs wait for, and fill it in. A gate cannot be skipped.');
  addShow(gate, registry);
  addFill(gate, registry);
  addApprove(gate, registry);
  addOverride(gate, registry);
}

function addShow(gate: Command, { io, done }: Registry): void {
  withCommonOptions(gate.command('show'))
    .description('List the open gates with what each asks, who may answer, and what guards the system meanwhile.')
    .argument('[run]', 'only the gates of this run')
    .addHelpText('after', '\nExamples:\n  $ shiplock gate show\n  $ shiplock gate show 20261121-071500-3f2a --json')
    .action(async (run: string | undefined, options: CommonOptions) => {
      const service = await openService(await door(io, options, false));
      const { store } = service;
      const old = run === undefined ? [] : await refreshRun(service, run);
      for (const problem of old) io.err(`${formatProblem(problem)}\n`);
      const gates = (await showGates(store)).filter((one) => run === undefined || one.run === run);
      done({
        exit: EXIT.done,
        text: gates.length === 0 ? 'no open gate' : gates.map(gateText).join('\n\n'),
        json: jsonSchema.parse(gates),
      });
    });
}

function addFill(gate: Command, registry: Registry): void {
  openToChat(answering(gate.command('fill')), {
    kind: 'changes',
    about: 'run',
    options: ['item', 'asked'],
    needs: ['asked'],
  })
    .description('Fill in a gate: answer its questions. The run goes on with `shiplock resume`.')
    .option('--item <name=value>', 'one per question', collect)
    .option('--evidence <name=value>', 'the same', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock gate fill 20261121-071500-3f2a release/canary/judged/judge-10-percent/no-verdict \\\n      --item decision=look-on --item "reason=traffic comes back at nine" --sign-key ~/.ssh/id_ed25519',
    )
    .action(async (run: string, path: string, options: Options) =>
      answer(registry, run, path, options, [...(options.item ?? []), ...(options.evidence ?? [])]),
    );
}

function addApprove(gate: Command, registry: Registry): void {
  openToChat(answering(gate.command('approve')), {
    kind: 'changes',
    about: 'run',
    options: ['asked'],
    needs: ['asked'],
  })
    .description(
      'Approve: agree with the answers that were given at a gate, or with a gate that asks nothing. The run goes on with `shiplock resume`.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock gate approve 20261121-071500-3f2a release/approval --sign-key ~/.ssh/id_ed25519',
    )
    .action(async (run: string, path: string, options: Options) => answer(registry, run, path, options, undefined));
}

function addOverride(gate: Command, registry: Registry): void {
  answering(gate.command('override'))
    .description(
      'Let a gate pass alone, in an emergency: needs the role that the policy names for it, and a reason. Recorded, and to be reviewed.',
    )
    .requiredOption('--reason <text>', 'why it cannot wait')
    .option('--item <name=value>', 'one per question', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock gate override 20261121-071500-3f2a release/approval --reason "checkout is down" --sign-key ~/.ssh/id_ed25519',
    )
    .action(async (run: string, path: string, options: Options) =>
      answer(registry, run, path, options, options.item ?? []),
    );
}

function answering(command: Command): Command {
  return withPersonOptions(withCommonOptions(command))
    .argument('<run>', 'the run')
    .argument('<gate>', 'path of the gate, as `shiplock gate show` prints it')
    .option(
      '--asked <digits>',
      'what you answer, as `shiplock gate show` prints it; refused when the gate asks something else now',
    )
    .option('--print', 'print what would be signed, for signing on another machine, and record nothing (needs --as)')
    .option('--signature <file>', 'a signature that was made elsewhere over what --print said (needs --as)');
}

async function answer(
  { io, done }: Registry,
  run: string,
  path: string,
  options: Options,
  pairs: readonly string[] | undefined,
): Promise<void> {
  const entry = await door(io, options, false);
  const opened = await openService(entry);
  const { store, clock } = opened;
  // Somebody may have answered on another machine.
  for (const problem of await refreshRun(opened, run)) io.err(`${formatProblem(problem)}\n`);
  const open = (await showGates(store)).find((one) => one.run === run && one.path === path);
  if (open !== undefined && options.asked !== undefined) checkAsked(open, options.asked, pairs !== undefined);
  const filling: Filling = {
    store,
    run,
    gate: path,
    evidence: pairs === undefined ? undefined : parseEvidence(pairs, open?.evidence ?? []),
    by: entry.who,
    clock,
    ...(options.reason === undefined ? {} : { override: options.reason }),
  };
  if (options.print === true) {
    done(printed(unwrap(await gateStatement({ ...filling, person: required(options.as) }))));
    return;
  }
  const { environment } = await findRun(store, run);
  const service = await underPolicy(await openEnvironment(entry, environment), 'forward');
  const signature = options.signature;
  const filled = unwrap(
    await giveEvidence({
      ...filling,
      gatekeeper: await gatekeeperOfRun(service, run),
      signer: await signerOf(service),
      ...(signature === undefined ? {} : { signature: await signatureOption(io.cwd, signature, required(options.as)) }),
    }),
  );
  // What cannot be copied now is copied by the resume, which waits for it.
  const copied = service.shared === undefined ? [] : await importRuns(service.shared, store, { run });
  const behind = copied.flatMap((one) => one.problems);
  for (const problem of behind) io.err(`${formatProblem(problem)}\n`);
  const { problems } = await announceRun(service, run);
  for (const problem of problems) io.err(`not announced what became of the gate: ${problem}\n`);
  const next = `shiplock resume ${run}`;
  const waits = filled.waitsFor.map((problem) => formatProblem(problem)).join('\n');
  done({
    exit: behind.some(({ code }) => code === 'store.parted') ? EXIT.failed : EXIT.done,
    text: waits === '' ? `filled in; go on with: ${next}` : `recorded; the gate still waits:\n${waits}`,
    json: jsonSchema.parse({ run, gate: path, evidence: filled.evidence, waitsFor: filled.waitsFor, next }),
  });
}

/** Somebody who names what they answer answers that and nothing else. */
function checkAsked(open: OpenGate, asked: string, fills: boolean): void {
  const now = (fills ? open.asked : open.askedWith) ?? 'a gate where nobody is checked';
  if (now === asked) return;
  throw new ProblemError({
    code: 'gate.asks-otherwise',
    where: `gate ${open.path} of run ${open.run}`,
    found: asked,
    expected: now,
    remedy: 'look at what it asks now: `shiplock gate show`',
  });
}

function printed(text: string): CommandResult {
  return { exit: EXIT.done, text: text.trimEnd(), json: { statement: text } };
}

function required(person: string | undefined): string {
  if (person !== undefined) return person;
  throw new ProblemError({
    code: 'cli.usage',
    where: '--as',
    found: 'nothing',
    expected: 'the name of the person who signs',
    remedy: 'give --as with the name that stands in `people:`',
  });
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** `name=value` pairs as the fields want them; what does not fit stays text, and the gate itself refuses it by name. */
export function parseEvidence(pairs: readonly string[], fields: readonly EvidenceField[]): Evidence {
  const evidence: Record<string, string | number | boolean> = {};
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    if (cut <= 0) {
      throw new ProblemError({
        code: 'cli.usage',
        where: '--item',
        found: pair,
        expected: 'name=value',
        remedy: 'write for instance --item decision=look-on',
      });
    }
    const name = pair.slice(0, cut);
    evidence[name] = parseValue(
      pair.slice(cut + 1),
      fields.find((field) => field.name === name),
    );
  }
  return evidence;
}

function parseValue(text: string, field: EvidenceField | undefined): string | number | boolean {
  if (field?.kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (field?.kind === 'check' && /^(yes|true)$/i.test(text)) return true;
  if (field?.kind === 'check' && /^(no|false)$/i.test(text)) return false;
  return text;
}
