import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { type DriftReport, drift, driftLines, openEnvironment } from '../../release/index.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly all?: boolean;
}

export function addDrift({ program, io, done }: Registry): void {
  withCommonOptions(program.command('drift'))
    .summary('what differs between git and the cluster, and who wrote it')
    .description(
      'Compare what git names, what Argo CD was told to bring, and what is in the cluster, field by field, with the writer of each field. Only looks.',
    )
    .argument('<environment>', 'where')
    .option('--all', 'also resources that Argo CD calls synced')
    .addHelpText('after', '\nExamples:\n  $ shiplock drift production\n  $ shiplock drift production --all --json')
    .action(async (environment: string, options: Options) => {
      const service = await openEnvironment(await door(io, options, false), environment);
      const found = await drift(service, { all: options.all === true });
      const json = jsonSchema.parse(JSON.parse(JSON.stringify(found)));
      done({ exit: EXIT.done, text: driftText(found, io), json });
    });
}

function driftText(found: DriftReport, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  return driftLines(found)
    .map(({ text, tone }) => (tone === 'plain' ? text : paint(STYLE[tone], text)))
    .join('\n');
}

const STYLE = { head: 'bold', differs: 'yellow' } as const;
