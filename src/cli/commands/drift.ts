import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import { type DriftReport, drift, openEnvironment } from '../../release/index.ts';
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

const COMPARED = {
  same: 'the head of the branch',
  after: 'a commit after the head that was read',
  before: 'an older commit: it has not taken up the head',
  unknown: 'a commit that git does not know here',
} as const;

function driftText(found: DriftReport, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  const { git } = found;
  const lines = [
    paint('bold', `${found.service} in ${found.environment}`),
    `  git names ${git.value ?? 'nothing'}, at ${git.commit?.slice(0, 12) ?? 'no commit'}`,
    `  Argo CD is ${found.sync}, compared with ${found.revision.slice(0, 12) || 'no commit'}: ${COMPARED[git.compared]}`,
    ...found.errors.map((error) => paint('yellow', `  ${error}`)),
  ];
  if (found.resources.length === 0) lines.push('  nothing differs');
  for (const { resource, state, fields } of found.resources) {
    lines.push(paint('yellow', `  ${resource}: ${STATE[state]}`));
    for (const { path, desired, live, by } of fields) {
      const who = by === null ? 'nobody owns it' : `${by.manager}, ${by.time}`;
      lines.push(`    ${path}: ${valueText(desired)} in git, ${valueText(live)} there (${who})`);
    }
  }
  return lines.join('\n');
}

const STATE = {
  differs: 'differs from what was applied',
  missing: 'is not there',
  'not-in-git': 'as it was applied; git asks for something else by now, or for nothing',
  'not-explained': 'differs; what was applied is not kept on it (server-side apply)',
} as const;

function valueText(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
