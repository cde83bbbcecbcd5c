import { InvalidArgumentError } from 'commander';
import { mannersMarkdown, mannersText } from '../../migrate/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { fenced } from '../../model/text.ts';
import { renderPlan } from '../../procedure/index.ts';
import {
  LEAST_PLAN_DIGITS,
  migrate,
  openEnvironment,
  planAndStore,
  planMigrate,
  rulesText,
} from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, commitDigits, door, withCommonOptions, withPersonOptions } from '../session.ts';
import { type ReleaseOptions, runResult } from './requests.ts';

interface PlanOptions extends CommonOptions {
  readonly commit?: string;
}

interface MigrateCommand extends ReleaseOptions {
  readonly backfill?: true;
  readonly contract?: true;
}

interface ApplyOptions extends ReleaseOptions {
  readonly plan: string;
}

export function addMigrate(registry: Registry): void {
  const { program, io, done } = registry;
  withPersonOptions(withCommonOptions(program.command('migrate')))
    .enablePositionalOptions()
    .summary('apply migrations ahead of their release')
    .description(
      'Apply the pending expand migrations of the commit that is checked out, ahead of its release. What serves goes on serving: refused when the ledger says that it cannot run on the new schema. Every release applies its migrations itself, so this is for those that take long. With `plan` and `apply`, what was looked at is what is done.',
    )
    .argument('<environment>', 'whose database')
    .option('--reason <text>', 'why; stands in the journal', 'migration')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .option('--backfill', 'the migrations of phase backfill instead: rows, in short transactions')
    .option('--contract', 'the migrations of phase contract instead, if nothing that serves needs what they take away')
    .option('--change <id>', 'the change record that asks for this; needed where the policy says so')
    .option('--await-override', 'begin without a change record: the run waits at the gate for an override')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate production --dry-run\n  $ shiplock migrate production --reason "index on a large table, before the release of tonight"\n  $ shiplock migrate production --backfill --reason "fill the new column"\n  $ shiplock migrate plan production\n  $ shiplock migrate apply production --plan 3f2a91bc0d1e4f55 --reason "as looked at by Mia"',
    )
    .action(async (environment: string, options: MigrateCommand) => {
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const service = await openEnvironment(entry, environment);
      const request = { ...requestOf(options), phase: phaseOf(options) };
      if (acts) {
        done(runResult(await migrate(service, request)));
        return;
      }
      const { plan, rules } = await planMigrate(service, request);
      done({
        exit: EXIT.done,
        text: `${renderPlan(plan)}\nGates: ${rulesText(rules)}`,
        json: jsonSchema.parse({ migrate: plan, gates: rulesText(rules) }),
      });
    });
  addPlanned(registry);
}

function addPlanned({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  openToChat(withCommonOptions(parent.command('plan')), {
    kind: 'plans',
    about: 'environment',
    options: ['commit'],
  })
    .summary('look at what migrations would do, and keep that as a plan')
    .description(
      'Print what the pending expand migrations would do, and keep it: the statements, the commit, the release that serves and the schema of the database. `apply` takes it by its name while all of that is unchanged.',
    )
    .argument('<environment>', 'whose database')
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate plan production\n  $ shiplock migrate plan production --json',
    )
    .action(async (environment: string, options: PlanOptions) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      done(planResult(io, environment, await planAndStore(service, requestOf(options))));
    });
  openToChat(withPersonOptions(withCommonOptions(parent.command('apply'))), {
    kind: 'forward',
    about: 'environment',
    options: ['plan', 'commit', 'reason', 'change'],
  })
    .summary('apply the migrations of a plan, if nothing has changed since')
    .description(
      'Apply the migrations of a stored plan. Refused, and nothing is changed, when the commit, the release that serves, the schema of the database, a statement or anything else that the plan was made from is not as it was. The rights, gates and the lease are those of `shiplock migrate`.',
    )
    .argument('<environment>', 'whose database')
    .requiredOption('--plan <digits>', `first digits of its name (${LEAST_PLAN_DIGITS} or more)`, planDigits)
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .option('--reason <text>', 'why; stands in the journal', 'migration')
    .option('--change <id>', 'the change record that asks for this; needed where the policy says so')
    .option('--await-override', 'begin without a change record: the run waits at the gate for an override')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate apply production --plan 3f2a91bc0d1e4f55 --reason "as looked at by Mia"',
    )
    .action(async (environment: string, options: ApplyOptions) => {
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
      const service = await openEnvironment(entry, environment);
      done(runResult(await migrate(service, { ...requestOf(options), plan: options.plan })));
    });
}

function planResult(io: Io, environment: string, made: Awaited<ReturnType<typeof planAndStore>>): CommandResult {
  const { plan, rules, manners, kept } = made;
  const gates = `Gates: ${rulesText(rules)}`;
  const next =
    kept === null
      ? 'not kept as a plan: a statement is refused; nothing was changed'
      : `plan ${kept.name}\n${nextText(io, environment, kept.name, kept.planned.commit)}`;
  const table = manners === null ? NOT_TRIED : mannersText(manners);
  return {
    exit: kept === null ? EXIT.refused : EXIT.done,
    text: [renderPlan(plan), table, '', gates, next].join('\n'),
    ...(manners === null ? {} : { markdown: [mannersMarkdown(manners), '', fenced(`${gates}\n${next}`)].join('\n') }),
    json: jsonSchema.parse({
      plan: kept?.name ?? null,
      planned: kept?.planned ?? null,
      manners,
      migrate: plan,
      gates: rulesText(rules),
    }),
  };
}

const NOT_TRIED =
  'not tried on a throw-away server, so nothing is known about algorithm, lock and time: write `shadow:` under `database:`';

function requestOf({ reason = 'plan', allowDirty, commit, change, awaitOverride }: Partial<ReleaseOptions>) {
  return { why: reason, allowDirty: allowDirty === true, commit, change, awaitOverride: awaitOverride === true };
}

function phaseOf({ backfill, contract }: MigrateCommand): 'backfill' | 'contract' | undefined {
  if (backfill === true && contract === true) {
    throw new InvalidArgumentError('--backfill and --contract are runs of their own: name one of them.');
  }
  return backfill === true ? 'backfill' : contract === true ? 'contract' : undefined;
}

function planDigits(text: string): string {
  if (new RegExp(`^[0-9a-f]{${LEAST_PLAN_DIGITS},64}$`).test(text)) return text;
  throw new InvalidArgumentError(`${LEAST_PLAN_DIGITS} to 64 of the digits 0 to 9 and a to f.`);
}

/** What applies the plan, as it is written where this is read. */
function nextText({ acting }: Io, environment: string, name: string, commit: string): string {
  const digits = name.slice(0, LEAST_PLAN_DIGITS);
  return acting === undefined
    ? `apply it: shiplock migrate apply ${environment} --plan ${digits}`
    : `apply it: /migrate apply ${environment} --commit ${commit.slice(0, 12)} --plan ${digits}`;
}
