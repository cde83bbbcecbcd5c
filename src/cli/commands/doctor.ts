import { environmentNames } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { type Diagnosis, doctor, openService } from '../../release/index.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

/** A check that has not answered by then has failed. */
const EACH_MS = 4_000;

export function addDoctor({ program, io, done }: Registry): void {
  withCommonOptions(program.command('doctor'))
    .summary('look whether everything is there that a release needs')
    .description(
      'Look whether everything is there that a release needs: programs, directories, ports, database, secrets, repositories, the state directory. Says what is missing and how to mend it; changes nothing. Takes at most 5 seconds.',
    )
    .argument('[environment]', 'only this environment (default: all that are not abstract)')
    .addHelpText(
      'after',
      '\nEnds with 1 when a check has failed; a warning is no failure.\n\nExamples:\n  $ shiplock doctor\n  $ shiplock doctor production\n  $ shiplock doctor production --json | jq \'.environments[].checks[] | select(.state != "ok")\'',
    )
    .action(async (environment: string | undefined, options: CommonOptions) => {
      const service = await openService(await door(io, options, false));
      const names = environment === undefined ? environmentNames(service.config) : [environment];
      const found = await doctor(service, names, EACH_MS);
      const ok = found.every(({ checks }) => checks.every(({ state }) => state !== 'failed'));
      done({
        exit: ok ? EXIT.done : EXIT.failed,
        text: found.map((one) => diagnosisText(one, io)).join('\n\n'),
        json: jsonSchema.parse({ ok, environments: found }),
      });
    });
}

const STYLE = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

function diagnosisText({ environment, checks }: Diagnosis, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  const lines = checks.flatMap((check) => {
    const line = `  ${paint(STYLE[check.state], check.state.padEnd(7))}  ${check.title}: ${check.found}`;
    if (check.state === 'ok') return [line];
    return [line, `           expected ${check.expected}`, `           → ${check.mend}`];
  });
  const count = (state: keyof typeof STYLE): number => checks.filter((check) => check.state === state).length;
  const sum = `  ${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} failed`;
  return [paint('bold', environment), ...lines, sum].join('\n');
}
