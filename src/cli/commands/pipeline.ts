import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { openService, pipeline } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { pipelineText } from './pipeline-text.ts';
import { type UnitOption, unitView, withUnitOption } from './unit.ts';

export function addPipeline({ program, io, done }: Registry): void {
  withUnitOption(withCommonOptions(program.command('pipeline')))
    .summary('what serves where, how far behind, and what stands between')
    .description(
      'One view of all environments in their order: what serves where and since when, how far each is behind, which gates stand between and why, what is in quarantine and what is locked. Only looks.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock pipeline\n  $ shiplock pipeline --json | jq .environments\n  $ shiplock pipeline --unit shop/',
    )
    .action(async (options: CommonOptions & UnitOption) => {
      const together = await unitView(io, options);
      if (together !== undefined) {
        done(together);
        return;
      }
      const view = await pipeline(await openService(await door(io, options, false)));
      done({ exit: EXIT.done, text: pipelineText(view, io), json: jsonSchema.parse(view) });
    });
}
