import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { renderPlan } from '../../procedure/index.ts';
import { migrate, openEnvironment, planMigrate, rulesText } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { door, withCommonOptions, withPersonOptions } from '../session.ts';
import { type ReleaseOptions, runResult } from './requests.ts';

export function addMigrate({ program, io, done }: Registry): void {
  withPersonOptions(withCommonOptions(program.command('migrate')))
    .summary('apply migrations ahead of their release')
    .description(
      'Apply the pending expand migrations of the commit that is checked out, ahead of its release. What serves goes on serving: refused when the ledger says that it cannot run on the new schema. Every release applies its migrations itself, so this is for those that take long.',
    )
    .argument('<environment>', 'whose database')
    .option('--reason <text>', 'why; stands in the journal', 'migration')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate production --dry-run\n  $ shiplock migrate production --reason "index on a large table, before the release of tonight"',
    )
    .action(async (environment: string, options: ReleaseOptions) => {
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const service = await openEnvironment(entry, environment);
      const request = { why: options.reason, allowDirty: options.allowDirty === true };
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
}
