import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { renderPlan } from '../../procedure/index.ts';
import {
  openUnit,
  planUnit,
  planUnitPromotion,
  planUnitRollback,
  promoteUnit,
  releaseUnit,
  resumeUnit,
  rollbackUnit,
  type ServiceUnit,
  type UnitBackPlan,
  type UnitOutcome,
  type UnitPlan,
  type UnitView,
  unitPipeline,
  unitSummaryText,
} from '../../release/index.ts';
import { type CommandResult, type Io, painter } from '../io.ts';
import { type CommonOptions, door, type PersonOptions } from '../session.ts';
import { minute } from './pipeline-text.ts';
import { type ReleaseOptions, releaseRequest } from './requests.ts';

/** The commands that take `--unit`: several services that are released together. */

export interface UnitOption {
  readonly unit?: string;
}

export function withUnitOption(command: Command): Command {
  return command.option('--unit <file>', 'several services as one: shiplock.unit.yaml, or the directory that holds it');
}

/** The unit that was named; undefined: the command is about one service. */
async function openNamed(
  io: Io,
  options: CommonOptions & PersonOptions & UnitOption,
  acts: boolean,
): Promise<ServiceUnit | undefined> {
  const { unit, config } = options;
  if (unit === undefined) return undefined;
  if (config !== undefined) {
    throw new ProblemError({
      code: 'cli.usage',
      where: '--config',
      found: 'both --config and --unit',
      expected: 'one service, or a unit of several',
      remedy: 'leave one of them out; the file of the unit names the configuration of each member',
    });
  }
  return openUnit(await door(io, { ...options, config: unit, quiet: options.quiet ?? options.json ?? false }, acts));
}

/** `shiplock release --unit`, or its plan; undefined without `--unit`. */
export async function unitRelease(
  io: Io,
  environment: string,
  options: ReleaseOptions & UnitOption,
): Promise<CommandResult | undefined> {
  const acts = options.dryRun !== true;
  const unit = await openNamed(io, options, acts);
  if (unit === undefined) return undefined;
  const request = releaseRequest(options);
  return acts
    ? resultOf(await releaseUnit(unit, environment, request))
    : planResult(await planUnit(unit, environment, request));
}

/** The same for `shiplock promote --unit`. */
export async function unitPromotion(
  io: Io,
  options: ReleaseOptions & UnitOption & { readonly to: string; readonly from?: string },
): Promise<CommandResult | undefined> {
  const acts = options.dryRun !== true;
  const unit = await openNamed(io, options, acts);
  if (unit === undefined) return undefined;
  const request = { ...releaseRequest(options), from: options.from };
  return acts
    ? resultOf(await promoteUnit(unit, options.to, request))
    : planResult(await planUnitPromotion(unit, options.to, request));
}

/** The same for `shiplock rollback --unit`. */
export async function unitRollback(
  io: Io,
  environment: string,
  options: CommonOptions & UnitOption & { readonly reason: string; readonly to?: string; readonly dryRun?: boolean },
): Promise<CommandResult | undefined> {
  const acts = options.dryRun !== true;
  const unit = await openNamed(io, options, acts);
  if (unit === undefined) return undefined;
  if (options.to !== undefined) {
    throw new ProblemError({
      code: 'cli.usage',
      where: '--to',
      found: 'both --to and --unit',
      expected: 'a version of one service, or a unit, which goes back to its unit release before',
      remedy: 'leave one of them out',
    });
  }
  const request = { why: options.reason };
  return acts
    ? resultOf(await rollbackUnit(unit, environment, request))
    : backPlanResult(await planUnitRollback(unit, environment, request));
}

/** The same for `shiplock resume --unit`. */
export async function unitResume(
  io: Io,
  run: string | undefined,
  options: CommonOptions & PersonOptions & UnitOption,
  answers: Parameters<typeof resumeUnit>[2],
): Promise<CommandResult | undefined> {
  const unit = await openNamed(io, options, true);
  return unit === undefined ? undefined : resultOf(await resumeUnit(unit, run, answers));
}

/** The same for `shiplock pipeline --unit`. */
export async function unitView(io: Io, options: CommonOptions & UnitOption): Promise<CommandResult | undefined> {
  const unit = await openNamed(io, options, false);
  if (unit === undefined) return undefined;
  const view = await unitPipeline(unit);
  return { exit: EXIT.done, text: unitViewText(view, io), json: jsonSchema.parse(view) };
}

function resultOf({ exit, summary }: UnitOutcome): CommandResult {
  return { exit, text: unitSummaryText(summary), json: jsonSchema.parse(summary) };
}

function planResult(plan: UnitPlan): CommandResult {
  const parts = plan.members.flatMap((member) => {
    if (member.kind === 'stays') return [staysText(member)];
    const { name, build, release, gates } = member;
    return [`# ${name}`, ...(build === null ? [] : [renderPlan(build)]), renderPlan(release), `Gates: ${gates}\n`];
  });
  return { exit: EXIT.done, text: [renderPlan(plan.unit), ...parts].join('\n'), json: jsonSchema.parse(plan) };
}

function backPlanResult(plan: UnitBackPlan): CommandResult {
  const parts = plan.members.flatMap((member) =>
    member.kind === 'stays' ? [staysText(member)] : [`# ${member.name}`, renderPlan(member.rollback)],
  );
  return { exit: EXIT.done, text: [renderPlan(plan.unit), ...parts].join('\n'), json: jsonSchema.parse(plan) };
}

function staysText({ name, version }: { readonly name: string; readonly version: string }): string {
  return `# ${name}: stays as it is, ${version}\n`;
}

/** The view for a terminal. */
export function unitViewText(view: UnitView, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  const lines = [paint('bold', `unit ${view.unit}`)];
  for (const { environment, serves, behind, from, unfinished } of view.environments) {
    lines.push('');
    if (behind !== null) lines.push(paint('dim', `    to ${environment}: ${BEHIND[behind]} ${from ?? ''}`));
    lines.push(paint('bold', environment));
    if (serves === null) lines.push('  no unit release');
    else {
      lines.push(
        paint('green', `  ${serves.release.slice(0, 19)}…`),
        `  since ${minute(serves.since)} by ${serves.who}`,
      );
      for (const member of serves.members) {
        const same = member.serves === member.version;
        const text = same ? '' : `, but ${member.serves ?? 'nothing'} serves: it was released or taken back alone`;
        const line = `    ${member.name} ${member.version}${text}`;
        lines.push(same ? line : paint('yellow', line));
      }
    }
    for (const { run, title, state, members } of unfinished) {
      lines.push(paint('yellow', `  unfinished: ${title} (${state}), run ${run}`));
      for (const { name, standing } of members) lines.push(`    ${name}: ${standing}`);
    }
  }
  for (const { where, found } of view.problems) lines.push(paint('yellow', `${where}: ${found}`));
  return lines.join('\n');
}

const BEHIND = {
  same: 'the same unit release as in',
  behind: 'another unit release than in',
  'nothing-before': 'no unit release in',
} as const;
