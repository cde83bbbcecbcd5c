import { resolveEnvironment } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { unwrap } from '../../model/problem.ts';
import { renderPlan } from '../../procedure/index.ts';
import { openEnvironment, openService, planPromotion, promote, rulesText } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { Registry } from '../registry.ts';
import { commitDigits, door, withCommonOptions, withPersonOptions } from '../session.ts';
import { type ReleaseOptions, releaseRequest, runResult } from './requests.ts';
import { type UnitOption, unitPromotion, withUnitOption } from './unit.ts';

interface Options extends ReleaseOptions, UnitOption {
  readonly from?: string;
  readonly to: string;
}

export function addPromote({ program, io, done }: Registry): void {
  openToChat(withUnitOption(withPersonOptions(withCommonOptions(program.command('promote')))), {
    kind: 'forward',
    about: 'to',
    options: ['to', 'from', 'commit', 'release', 'reason', 'change'],
    needs: ['commit'],
  })
    .summary('take a release from one environment to the next, unchanged')
    .description(
      'Take the release that serves one environment to the next: the same commit, artefacts and migrations, nothing is built again. Refused when it was not verified there, was taken back there, is in quarantine, leaves an environment out, or its artefacts are not what was released. It waits at the gates of the promotion.',
    )
    .requiredOption('--to <environment>', 'where it goes')
    .option('--from <environment>', 'where it has proven itself (default: the environment before, as configured)')
    .option('--release <version>', 'which release (default: what serves there)')
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .option('--reason <text>', 'why; stands in the journal', 'promotion')
    .option('--seed', 'load the seed data on a first release')
    .option('--allow-dirty', 'although the working tree differs from its commit')
    .option(
      '--await-override',
      'begin although the scan does not let it pass, or without a change record: the run waits at the gate for an override',
    )
    .option(
      '--change <id>',
      'the change record that asks for this, needed where the policy says so; of a unit NAME=CHG-… of its members, with commas between them',
    )
    .option('--dry-run', 'print the plan and change nothing')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock promote --to production --dry-run\n  $ shiplock promote --from staging --to production --reason "accepted by Mia"\n  $ shiplock promote --unit shop/ --to testing',
    )
    .action(async (options: Options) => {
      const together = await unitPromotion(io, options);
      if (together !== undefined) {
        done(together);
        return;
      }
      const acts = options.dryRun !== true;
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const { config, baseDir } = await openService(entry);
      if (options.from !== undefined) unwrap(resolveEnvironment(config, options.from, { baseDir }));
      const service = await openEnvironment(entry, options.to);
      const request = { ...releaseRequest(options), from: options.from };
      if (acts) {
        done(runResult(await promote(service, request)));
        return;
      }
      const { release, rules } = await planPromotion(service, request);
      done({
        exit: EXIT.done,
        text: `${renderPlan(release)}\nGates: ${rulesText(rules)}`,
        json: jsonSchema.parse({ release, gates: rulesText(rules) }),
      });
    });
}
