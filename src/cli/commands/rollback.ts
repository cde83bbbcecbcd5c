import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { renderPlan } from '../../procedure/index.ts';
import { openEnvironment, planRollback, rollback } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { runResult } from './requests.ts';
import { type UnitOption, unitRollback, withUnitOption } from './unit.ts';

interface Options extends CommonOptions, UnitOption {
  readonly to?: string;
  readonly reason: string;
  readonly dryRun?: boolean;
}

export function addRollback({ program, io, done }: Registry): void {
  openToChat(withUnitOption(withCommonOptions(program.command('rollback'))), {
    kind: 'back',
    about: 'environment',
    options: ['reason', 'to'],
  })
    .summary('go back to an earlier release')
    .description(
      'Go back to an earlier release: traffic first, then everything else. During a release it pre-empts that run. Refused when the ledger says that the earlier version cannot run on the schema of today. With --unit: several services to their unit release before, the last first.',
    )
    .argument('<environment>', 'where')
    .requiredOption('--reason <text>', 'why; stands in the journal')
    .option('--to <version>', 'the release to go back to (default: the one before)')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock rollback production --reason "checkout fails"\n  $ shiplock rollback production --to 2.3.0 --reason "leak since 2.3.1" --dry-run\n  $ shiplock rollback production --unit shop/ --reason "checkout fails"',
    )
    .action(async (environment: string, options: Options) => {
      const together = await unitRollback(io, environment, options);
      if (together !== undefined) {
        done(together);
        return;
      }
      const request = { to: options.to, why: options.reason };
      if (options.dryRun === true) {
        const service = await openEnvironment(await door(io, options, false), environment);
        const { plan } = await planRollback(service, request);
        done({ exit: EXIT.done, text: renderPlan(plan), json: jsonSchema.parse(plan) });
        return;
      }
      const service = await openEnvironment(
        await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true),
        environment,
      );
      done(runResult(await rollback(service, request)));
    });
}
