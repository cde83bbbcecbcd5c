import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import type { PromotionRules } from '../../model/promotion.ts';
import {
  type Procedure,
  type RecordedRun,
  type ResumeOptions,
  readRun,
  replay,
  resumeProcedure,
} from '../../procedure/index.ts';
import { canonical, toJson } from '../../procedure/journal/canonical.ts';
import { announced } from '../announce.ts';
import { mustBeAttested } from '../attest/ask.ts';
import { buildProcedureFrom } from '../build/build.ts';
import { changeAgain } from '../change/with-change.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { approvalOf } from '../policy/approval.ts';
import {
  gatekeeperOfRun,
  orderCheck,
  personOptions,
  promotionRulesOf,
  type Ruled,
  underPolicy,
} from '../policy/persons.ts';
import { digestsOf } from '../quarantine/record.ts';
import { scanAgain } from '../scan/release.ts';
import { migrateProcedure } from './migrate.ts';
import { type ReleaseInputs, releaseInputsSchema, releaseProcedure, rollbackProcedure } from './procedure.ts';
import { outcomeOf, type ReleaseOutcome } from './release.ts';
import { agreeWithGit, tellGit } from './shared.ts';

/** Builds the tree of a recorded run again, from its recorded inputs. */
export async function procedureOf(service: ServiceEnvironment, run: string): Promise<Procedure> {
  const recorded = await readRun(service.store, run);
  switch (recorded.procedure) {
    case 'release':
      return releaseProcedure(parseInputs(recorded.inputs, run), service.target);
    case 'rollback':
      return rollbackProcedure(parseInputs(recorded.inputs, run), service.target);
    case 'migrate':
      return migrateProcedure(parseInputs(recorded.inputs, run), service.target);
    case 'build':
      return buildProcedureFrom(service, recorded.inputs);
    default:
      throw new ProblemError({
        code: 'release.unknown-procedure',
        where: `run ${run}`,
        found: recorded.procedure,
        expected: 'build, migrate, release or rollback',
        remedy: 'resume it with the program that started it',
      });
  }
}

function parseInputs(inputs: unknown, run: string) {
  const parsed = releaseInputsSchema.safeParse(inputs);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'release.inputs-unreadable',
    where: `run ${run}`,
    found: z.prettifyError(parsed.error).replaceAll('\n', '; '),
    expected: 'inputs as this version of the program records them',
    remedy: 'resume with the version that started the run, or start a new one',
  });
}

/** Goes on with a run where it stopped: after a crash, a signal, or an answered gate. */
export async function resume(
  opened: ServiceEnvironment,
  run: string,
  answers: Pick<ResumeOptions, 'outcome' | 'allowChanged'> & {
    /** An order to abort it lies there: the first thing that happens is that it goes back. */
    readonly abort?: boolean;
  } = {},
): Promise<ReleaseOutcome> {
  const { abort = false, ...more } = answers;
  const back = (await readRun(opened.store, run)).procedure === 'rollback';
  const service = await underPolicy(opened, back ? 'back' : 'look');
  // Another machine may have gone on with it: only then is the journal here the one that counts.
  if (!back) await agreeWithGit(service);
  const recorded = await readRun(service.store, run);
  const procedure = await procedureOf(service, run);
  const inputs = parseInputs(procedure.inputs, run);
  if (!back && recorded.finished === null && !abort && !goesBack(recorded, procedure)) {
    checkRules(service, run, inputs);
    const held = await service.target.quarantine(digestsOf(inputs.candidate), 'forward', run);
    if (held.length > 0) throw new ProblemError(held);
    await changeAgain(service, run, inputs);
    if (procedure.id === 'release') await scanAgain(service, run, inputs);
    if (procedure.id === 'release') await mustBeAttested(service, inputs.candidate);
  }
  const persons = await personOptions(service, inputs);
  const result = await announced(service, run, (observing) =>
    resumeProcedure(procedure, run, {
      ...engineOptions(service, {
        urgent: back,
        ...observing,
        ...persons,
        ...(back ? {} : { mayOrder: orderCheck(service) }),
      }),
      ...more,
    }),
  );
  await tellGit(service);
  const kind = procedure.id === 'rollback' || procedure.id === 'migrate' ? procedure.id : 'release';
  return outcomeOf(service, kind, parseInputs(procedure.inputs, run), result);
}

/** Once the whole has failed, or was aborted, a resume takes it back and begins nothing forward, whatever else the journal says. */
function goesBack({ entries, aborted }: RecordedRun, { root }: Procedure): boolean {
  return (
    aborted ||
    entries.some(({ record }) => record.type === 'step.failed' && record.attempt === 0 && record.node === root.id)
  );
}

/** The way forward needs the policy, and the approval that it asks for today: the journal is not believed about either. */
export function checkRules(
  { rules, environment }: Ruled,
  run: string,
  { approval, promotion }: Pick<ReleaseInputs, 'approval' | 'promotion'>,
): void {
  if (rules.kind === 'unread') throw new ProblemError(rules.problems);
  const asked = approvalOf(rules.kind === 'policy' ? rules.policy.rules : undefined).approval;
  const words = (one: typeof approval): string =>
    one === undefined
      ? 'no approval'
      : `${one.role === null ? 'nobody' : `the role ${one.role}`}${one.windows ? ' and a window' : ''}`;
  checkPromotion(run, promotion, environment.promotion?.from, promotionRulesOf(rules));
  if (words(asked) === words(approval)) return;
  throw new ProblemError({
    code: 'policy.approval-changed',
    where: `run ${run}`,
    found: `a run that was begun to wait for ${words(approval)}`,
    expected: `${words(asked)}, as the policy asks today`,
    remedy: 'roll back and start a new run, which asks for what is asked today',
  });
}

/** It still comes from where the order says, through the gates that are asked for today. */
function checkPromotion(
  run: string,
  promotion: ReleaseInputs['promotion'],
  from: string | undefined,
  rules: PromotionRules | null,
): void {
  const asked = promotion === undefined ? null : promotion.rules;
  const inOrder = from === undefined || promotion?.from === from;
  if (inOrder && canonical(toJson(asked)) === canonical(toJson(promotion === undefined ? null : rules))) return;
  throw new ProblemError({
    code: 'policy.promotion-changed',
    where: `run ${run}`,
    found: inOrder ? 'a run that was begun under other gates' : `a run that came from ${promotion?.from ?? 'nowhere'}`,
    expected: inOrder ? 'the gates of the policy of today' : `one that came from ${from ?? ''}`,
    remedy: 'roll back and start a new run, which asks for what is asked today',
  });
}

/** Judges the recorded samples of a run again, and who let its gates pass by the policy of today, where that can be read. */
export async function replayRun(opened: ServiceEnvironment, run: string) {
  const service = await underPolicy(opened, 'look');
  const procedure = await procedureOf(service, run);
  return replay(procedure, service.store, run, await gatekeeperOfRun(service, run));
}
