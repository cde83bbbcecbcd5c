import type { RawFinding, Subject } from '../types.ts';
import { type BuiltIn, textOf } from './builtin.ts';
import { readContainerFile } from './container.ts';
import { type Careless, carelessDownloads, looseCommands } from './downloads.ts';
import { containerFiles, type Snippet, snippetsOf } from './snippets.ts';

/**
 * What is fetched and run by a name that can mean another thing tomorrow, or without a check. Actions that workflows use are not looked at here:
 * zizmor does that.
 */
export const pins: BuiltIn = {
  id: 'pins',
  subject: 'scripts',
  about: 'images, downloads and tools that are not pinned, and checks that are switched off',
  async look({ tree }) {
    const containers = containerFiles(tree).map((file) => readContainerFile(file, textOf(tree, file)));
    const snippets = [
      ...snippetsOf(tree),
      ...containers.map(({ commands }): Snippet => ({ subject: 'containers', commands })),
    ];
    if (containers.length + snippets.length === 0) return null;
    return [...containers.flatMap(({ findings }) => findings), ...snippets.flatMap(said)];
  },
};

function said({ subject, commands }: Snippet): readonly RawFinding[] {
  const [file] = commands.map((one) => one.file);
  if (file === undefined) return [];
  const pipeline = subject === 'workflows' || subject === 'containers';
  return [...carelessDownloads(commands), ...looseCommands(commands, pipeline)].map((one) =>
    finding(file, subject, one),
  );
}

function finding(file: string, subject: Subject, careless: Careless): RawFinding {
  return { scanner: 'pins', subject, file, ...careless };
}
