import { z } from 'zod';
import { changeAskedSchema } from '../../model/change.ts';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { RUNBOOK_PREFIX } from '../../model/procedures.ts';
import {
  documentProcedure,
  type OpenGate,
  type Outcome,
  type Plan,
  type PlanNode,
  type Procedure,
  planProcedure,
  procedure,
  type ResumeOptions,
  type RunResult,
  readRun,
  resumeProcedure,
  runProcedure,
} from '../../procedure/index.ts';
import { announced } from '../announce.ts';
import type { ChangeRequest } from '../change/with-change.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { elsewhereFor, openSystem } from '../environment/system.ts';
import { approvalSchema } from '../policy/approval.ts';
import { orderCheck, personOptions, underPolicy } from '../policy/persons.ts';
import { resume } from '../run/resume.ts';
import { agreeWithGit, tellGit } from '../run/shared.ts';
import {
  type AskedOfRunbook,
  changeOfRunbook,
  checkRunbookApproval,
  needsNoChange,
  textsOfChange,
  underChange,
} from './change.ts';
import type { Built, Given, Report, Runbook, RunbookContext, Tree } from './define.ts';
import type { InputPlace } from './input.ts';

/** From a definition and texts to a plan, a run, or the same run again. Every door comes through here. */

export interface RunbookRequest {
  /** Texts of inputs by name, as a person gave them. */
  readonly texts: Readonly<Record<string, string>>;
  /** The alert that starts it; left out: a person does. */
  readonly alert?: z.infer<typeof alertSchema> | undefined;
  /** What it carries of its change, and whose approval that needs; made by change.ts. */
  readonly asked?: AskedOfRunbook | undefined;
}

export interface RunbookOutcome {
  readonly runbook: string;
  readonly environment: string;
  /** Null: it only looked, and nothing was recorded. */
  readonly run: string | null;
  readonly outcome: Outcome;
  readonly exit: ExitCode;
  readonly problems: readonly Problem[];
  readonly gate: OpenGate | null;
  /** What it tells besides; null: nothing. */
  readonly report: Report | null;
}

/** By which alert a run was started, and what allowed it. */
const alertSchema = z.strictObject({
  alertname: z.string(),
  rule: z.string(),
  fingerprint: z.string(),
  /** RFC 3339. */
  startsAt: z.string(),
});

/** What a run of a runbook was begun with; a resume builds the same tree from it. */
const inputsSchema = z.strictObject({
  runbook: z.string(),
  environment: z.string(),
  texts: z.record(z.string(), z.string()),
  alert: alertSchema.exactOptional(),
  change: changeAskedSchema.exactOptional(),
  approval: approvalSchema.exactOptional(),
});

/** What it would do now. Looks only. @throws ProblemError for inputs that do not fit */
export async function planRunbook(
  service: ServiceEnvironment,
  runbook: Runbook,
  request: RunbookRequest,
): Promise<Plan> {
  const { how } = runbook;
  if (how.kind === 'delivery') return how.plan(givenOf(service, runbook, request), service);
  const { procedure: tree } = await treeOf(service, runbook, how, request);
  return planProcedure(tree, engineOptions(service));
}

/** The procedure as a document with its checklist, for this environment and these inputs. */
export async function documentRunbook(
  service: ServiceEnvironment,
  runbook: Runbook,
  request: RunbookRequest,
): Promise<string> {
  return documentProcedure(await procedureOfRunbook(service, runbook, request));
}

/** The tree for this environment and these inputs. */
export async function procedureOfRunbook(
  service: ServiceEnvironment,
  runbook: Runbook,
  request: RunbookRequest,
): Promise<Procedure> {
  const { how } = runbook;
  if (how.kind === 'delivery') return how.document(givenOf(service, runbook, request), service);
  return (await treeOf(service, runbook, how, request)).procedure;
}

/**
 * Carries it out under the lease of the environment. One that only reads is looked at and not recorded: it needs no lease, and works while
 * somebody else holds the environment or the disk is full.
 */
export async function runRunbook(
  opened: ServiceEnvironment,
  runbook: Runbook,
  given: RunbookRequest & ChangeRequest,
): Promise<RunbookOutcome> {
  const { how } = runbook;
  const request = { ...given, texts: await textsOfChange(opened, runbook, given) };
  const about = { runbook: runbook.id, environment: opened.target.environment };
  if (how.kind === 'delivery') {
    if (request.change !== undefined) throw new ProblemError(needsNoChange(runbook.id));
    const { exit, run, text, json } = await how.run(givenOf(opened, runbook, request), opened);
    return { ...about, run, exit, outcome: outcomeOfExit(exit), problems: [], gate: null, report: { text, json } };
  }
  const plain = await treeOf(opened, runbook, how, request);
  if (runbook.severity === 'reads') {
    if (request.change !== undefined) throw new ProblemError(needsNoChange(runbook.id));
    return { ...about, ...(await lookedAt(opened, plain)) };
  }
  const service = await underPolicy(opened, 'look');
  await agreeWithGit(service);
  const asked = await changeOfRunbook(service, runbook, request, plain.procedure);
  const tree = asked === null ? plain : await treeOf(opened, runbook, how, { ...request, asked });
  const persons = await personOptions(service, null);
  const result = await announced(service, undefined, (observing) =>
    runProcedure(tree.procedure, {
      ...engineOptions(service, { ...observing, ...persons, mayOrder: orderCheck(service) }),
      run: service.door.run,
    }),
  );
  await tellGit(service);
  return { ...about, ...ended(result, tree.built) };
}

/**
 * Goes on with a run of a runbook where it stopped.
 * @param find the definition by its name, as it is today: where the tree is another one by now, the engine refuses
 */
export async function resumeRunbook(
  opened: ServiceEnvironment,
  run: string,
  find: (name: string) => Promise<Runbook>,
  answers: Pick<ResumeOptions, 'outcome' | 'allowChanged'> = {},
): Promise<RunbookOutcome> {
  const recorded = await readRun(opened.store, run);
  const inputs = inputsSchema.safeParse(recorded.inputs);
  if (!inputs.success) {
    const { exit, problems } = await resume(opened, run, answers);
    const about = { runbook: recorded.procedure, environment: recorded.environment };
    return { ...about, run, exit, outcome: outcomeOfExit(exit), problems, gate: null, report: null };
  }
  const definition = await find(inputs.data.runbook);
  if (definition.how.kind === 'delivery') throw new TypeError('a tree is recorded by a tree');
  const { change, approval, ...words } = inputs.data;
  const asked = change === undefined ? undefined : { change, ...(approval === undefined ? {} : { approval }) };
  const tree = await treeOf(opened, definition, definition.how, { ...words, asked });
  const service = await underPolicy(opened, 'look');
  if (recorded.finished === null) checkRunbookApproval(service, run, asked);
  await agreeWithGit(service);
  const persons = await personOptions(service, null);
  const result = await announced(service, run, (observing) =>
    resumeProcedure(tree.procedure, run, {
      ...engineOptions(service, { ...observing, ...persons, mayOrder: orderCheck(service) }),
      ...answers,
    }),
  );
  await tellGit(service);
  return { runbook: definition.id, environment: inputs.data.environment, ...ended(result, tree.built) };
}

interface BuiltTree {
  readonly procedure: Procedure;
  readonly built: Built;
}

async function treeOf(
  service: ServiceEnvironment,
  definition: Runbook,
  how: Tree,
  { texts, alert, asked }: RunbookRequest,
): Promise<BuiltTree> {
  const built = await how.build(givenOf(service, definition, { texts }), await contextOf(service));
  const { environment } = service.target;
  return {
    built,
    procedure: procedure({
      ...{ id: `${RUNBOOK_PREFIX}${definition.id}`, title: built.title, description: built.description },
      environment,
      inputs: { runbook: definition.id, environment, texts, ...(alert === undefined ? {} : { alert }), ...asked },
      root: underChange(built.root, asked, service.target),
    }),
  };
}

export async function contextOf(service: ServiceEnvironment): Promise<RunbookContext> {
  const elsewhere = await elsewhereFor(service.environment);
  return { service, system: () => openSystem(service, elsewhere) };
}

/** Every input is read before anything else, so that all that is wrong is told at once. @throws ProblemError */
export function givenOf(service: ServiceEnvironment, { inputs }: Runbook, { texts }: RunbookRequest): Given {
  const place = placeOf(service);
  const problems = inputs.flatMap((input) => {
    const found = input.parse(texts[input.name], place);
    return found.ok ? [] : found.problems;
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return (input) => unwrap(input.parse(texts[input.name], place));
}

function placeOf({ environment: { platform, system } }: ServiceEnvironment): InputPlace {
  const hosts = platform.kind === 'ssh' ? [...platform.hosts, ...(system?.hosts ?? [])] : [];
  return {
    hosts: hosts.map(({ name }) => name),
    services: (system?.services ?? []).map(({ name }) => name),
  };
}

async function lookedAt(
  service: ServiceEnvironment,
  { procedure: tree, built }: BuiltTree,
): Promise<Omit<RunbookOutcome, 'runbook' | 'environment'>> {
  const plan = await planProcedure(tree, engineOptions(service));
  const problems = [...plan.problems, ...unseen(plan.root)];
  if (problems.length > 0) throw new ProblemError(problems);
  const report = built.report?.(plan.outputs) ?? null;
  const bad = report?.bad === true;
  return {
    ...{ run: null, outcome: bad ? 'failed' : 'done', exit: bad ? EXIT.failed : EXIT.done },
    ...{ problems: [], gate: null, report },
  };
}

/** Looks that were not possible. Pure. */
function unseen(node: PlanNode): readonly Problem[] {
  if (node.kind === 'step') return node.decision.kind === 'unknown' ? node.decision.problems : [];
  return 'children' in node ? node.children.flatMap(unseen) : [];
}

function ended(result: RunResult, { report }: Built): Omit<RunbookOutcome, 'runbook' | 'environment'> {
  const { run, outcome, exit, problems, gate = null } = result;
  return { run, outcome, exit, problems, gate, report: outcome === 'done' ? (report?.(result.outputs) ?? null) : null };
}

/** What an exit code of a release says of its run. Pure. */
function outcomeOfExit(exit: ExitCode): Outcome {
  switch (exit) {
    case EXIT.done:
      return 'done';
    case EXIT.rolledBack:
      return 'rolled-back';
    case EXIT.waiting:
      return 'waiting';
    case EXIT.refused:
      return 'refused';
    case EXIT.leaseHeld:
      return 'lease-held';
    case EXIT.interrupted:
    case EXIT.terminated:
      return 'stopped';
    default:
      return 'failed';
  }
}
