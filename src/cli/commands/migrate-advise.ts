import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { adviseDatabase, openEnvironment } from '../../release/index.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

type Advised = Awaited<ReturnType<typeof adviseDatabase>>;

export function addMigrateAdvise({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'migrate') ?? program;
  withCommonOptions(parent.command('advise'))
    .summary('say what of a database wants mending, with the evidence')
    .description(
      'Look at the database of an environment: indexes that are missing, doubled or never read, keys that run out, statements that read far more than they send, memory and connections. Each with what was seen and what to do; nothing is changed.',
    )
    .argument('<environment>', 'whose database')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock migrate advise production\n  $ shiplock migrate advise production --json | jq \'.advice[] | select(.level == "warning")\'',
    )
    .action(async (environment: string, options: CommonOptions) => {
      const advised = await adviseDatabase(await openEnvironment(await door(io, options, false), environment));
      done({ exit: EXIT.done, text: adviceText(advised, io), json: jsonSchema.parse(advised) });
    });
}

const STYLE = { warning: 'yellow', note: 'dim' } as const;

function adviceText({ advice, unseen }: Advised, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  const lines = advice.flatMap(({ level, id, about, evidence, advice: what, sql }) => [
    `${paint(STYLE[level], level.padEnd(7))}  ${about}  [${id}]`,
    `         ${evidence}`,
    `         → ${what}`,
    ...(sql === null ? [] : [`           ${sql};`]),
  ]);
  return [
    ...(lines.length === 0 ? ['nothing wants mending'] : lines),
    ...unseen.map((what) => `not seen: ${what}`),
  ].join('\n');
}
