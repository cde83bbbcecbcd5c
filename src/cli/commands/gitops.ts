import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import {
  type EditResult,
  openFile,
  saveFile,
  setValue,
  unifiedDiff,
  VALUE_TYPES,
  type ValueType,
} from '../../gitops/index.ts';
import { EXIT } from '../../model/exit.ts';
import { unwrap } from '../../model/problem.ts';
import { clean, cleanLine } from '../../model/text.ts';
import type { CommandResult } from '../io.ts';
import type { Registry } from '../registry.ts';

interface Options {
  readonly document?: number;
  readonly type?: ValueType;
  readonly mustExist?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addGitops({ program, io, done }: Registry): void {
  const group =
    program.commands.find((command) => command.name() === 'gitops') ??
    program
      .command('gitops')
      .summary('what stands in git about an environment')
      .description('Manifests in git: set values in them, and make those that follow from shiplock.yaml.');
  group
    .command('set')
    .summary('set one value in a YAML or JSON file')
    .description(
      'Set one value in a YAML or JSON file, in place. Every other byte stays: comments, anchors, quotes, indents, ends of lines. What cannot be edited so is refused with its place, and the file is left as it is.',
    )
    .argument('<file>', 'the file; *.json is JSON, everything else YAML, one document or many')
    .argument('<path>', 'keys that lead to the value, see below')
    .argument('<value>', 'the new value; one that begins with - goes behind --')
    .option(
      '--document <n>',
      'which document of the file, counted from 1 (default: the only one with such a value)',
      number,
    )
    .addOption(
      new Option(
        '--type <type>',
        'what the value shall be (default: what stands there if the value is written like that, otherwise a string)',
      ).choices(VALUE_TYPES),
    )
    .option('--must-exist', 'refuse when the value is not there yet (default: missing keys are added)')
    .option('--dry-run', 'print the difference and leave the file as it is')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', HELP)
    .action(async (file: string, path: string, value: string, options: Options) => {
      const opened = await openFile(file, resolve(io.cwd, file));
      const { document, type, mustExist } = options;
      const edited = unwrap(
        setValue(opened.text, { path, value, document, type, missing: mustExist === true ? 'refuse' : 'add' }, file),
      );
      if (edited.changed && options.dryRun !== true) await saveFile(opened, edited.text);
      done(
        answer(file, path, { ...edited, diff: unifiedDiff(file, opened.text, edited.text) }, options.dryRun === true),
      );
    });
}

const HELP = `
A path is keys joined by dots. Behind a list: a position, or a filter that one item must match. A key with dots in it is quoted.
  spec.template.spec.containers[name=api].image
  spec.ports[0].port                          the first one
  spec.ports[name=http,protocol=TCP].port     both must hold
  metadata.annotations["argocd.argoproj.io/refresh"]

Text that would read as something else gets quotes: 1.10, 0123, yes, null, 2026-11-21. Where a number or true/false stands,
another one stays a number or true/false: replicas: 3 becomes replicas: 5.

Exit codes: 0 set, or already so · 2 usage, or the file cannot be read · 5 refused, the file is as it was

Examples:
  $ shiplock gitops set apps/api.yaml 'spec.template.spec.containers[name=api].image' registry.example.org/api:1.2.3
  $ shiplock gitops set values.yaml replicaCount 5 --dry-run
  $ shiplock gitops set all.yaml spec.replicas 5 --document 2
  $ shiplock gitops set package.json version 1.10 --type string`;

function number(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Documents are counted from 1.');
}

function answer(
  file: string,
  path: string,
  edited: EditResult & { readonly diff: string },
  dryRun: boolean,
): CommandResult {
  const { changed, added, before, written, document, line, column, diff } = edited;
  const shown = (text: string): string => cleanLine(text, 200);
  const place = `${shown(file)}:${line}`;
  const sentence = changed
    ? `${place}  ${written.before === undefined ? '(nothing)' : shown(written.before)} → ${shown(written.after)}`
    : `${place}  ${shown(written.after)}, already so`;
  return {
    exit: EXIT.done,
    // The lines of a file may hold what a terminal takes for an order.
    text:
      dryRun && changed
        ? diff
            .split('\n')
            .map((one) => cleanTabs(one))
            .join('\n')
        : sentence,
    json: {
      file,
      path,
      document,
      line,
      column,
      before,
      after: written.after,
      changed,
      added,
      written: changed && !dryRun,
      ...(dryRun ? { diff } : {}),
    },
  };
}

/** Without what a terminal takes for an order; tabs and the end of a line of Windows stay, so that `patch` takes it. */
function cleanTabs(line: string): string {
  return line
    .split(/(\t|\r$)/)
    .map((part) => (part === '\t' || part === '\r' ? part : clean(part)))
    .join('');
}
