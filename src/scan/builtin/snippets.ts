import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from 'yaml';
import { workflowsOf } from '../scanners/actionlint.ts';
import { scriptsOf } from '../scanners/shellcheck.ts';
import type { Subject, Tree } from '../types.ts';
import { baseName, namedFiles, textOf } from './builtin.ts';

/** Where a repository holds commands for a shell: scripts, workflows, actions, container files, makefiles, scripts of npm. */

export interface Command {
  readonly file: string;
  /** 1-based line on which it begins. */
  readonly line: number;
  /** Lines that a backslash joins are one. */
  readonly text: string;
}

/** Commands that run together: what one of them fetches another may check. */
export interface Snippet {
  readonly subject: Subject;
  readonly commands: readonly Command[];
}

/** What is longer is cut: nobody writes it by hand. */
const LONGEST_COMMAND = 64 * 1024;
const MOST_LETTERS = 1024 * 1024;

/** All of them. Pure but for reading. */
export function snippetsOf(tree: Tree): readonly Snippet[] {
  return [
    ...scriptsOf(tree).map((file) => whole(file, 'scripts', textOf(tree, file))),
    ...namedFiles(tree, 'Makefile', 'makefile', 'GNUmakefile').map((file) =>
      // Before a command a makefile may have signs for make itself.
      whole(file, 'scripts', textOf(tree, file).replaceAll(/^\t[@+-]+/gm, '\t')),
    ),
    ...actionFiles(tree).flatMap((file) => steps(file, textOf(tree, file))),
    ...namedFiles(tree, 'package.json').flatMap((file) => npmScripts(file, textOf(tree, file))),
  ].filter(({ commands }) => commands.length > 0);
}

/** Workflows, and actions made of steps. Pure. */
export function actionFiles(tree: Pick<Tree, 'files'>): readonly string[] {
  return [...workflowsOf(tree.files), ...namedFiles(tree, 'action.yml', 'action.yaml')];
}

/** Container files, by their names. Pure. */
export function containerFiles(tree: Pick<Tree, 'files'>): readonly string[] {
  return tree.files.filter((file) =>
    /^(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.(?:dockerfile|containerfile)$/i.test(baseName(file)),
  );
}

function whole(file: string, subject: Subject, text: string): Snippet {
  return { subject, commands: commandsIn(file, text, 1) };
}

/** Lines of a text as commands, without comments. Pure. */
export function commandsIn(file: string, text: string, first: number): readonly Command[] {
  const commands: Command[] = [];
  let open: { line: number; text: string } | null = null;
  for (const [index, whole] of text.slice(0, MOST_LETTERS).split('\n').entries()) {
    const line = whole.trimEnd();
    if (line.trimStart().startsWith('#')) continue;
    const goesOn = line.endsWith('\\') && !line.endsWith('\\\\');
    const part = goesOn ? line.slice(0, -1).trimEnd() : line;
    const joined: { line: number; text: string } =
      open === null
        ? { line: first + index, text: part.slice(0, LONGEST_COMMAND) }
        : {
            line: open.line,
            text: open.text.length < LONGEST_COMMAND ? `${open.text} ${part.trimStart()}` : open.text,
          };
    if (goesOn) {
      open = joined;
      continue;
    }
    open = null;
    if (joined.text.trim() !== '') commands.push({ file, ...joined });
  }
  if (open !== null) commands.push({ file, ...open });
  return commands;
}

/** Each `run:` below `steps:` of a workflow or action. What is no YAML is a finding of those who look at workflows. */
function steps(file: string, text: string): readonly Snippet[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) return [];
  const found: Snippet[] = [];
  const walk = (node: unknown): void => {
    if (isSeq(node)) for (const item of node.items) walk(item);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (isScalar(key) && key.value === 'run' && isScalar(value) && typeof value.value === 'string')
        found.push({ subject: 'workflows', commands: commandsIn(file, value.value, firstLine(value, lines)) });
      else walk(value);
    }
  };
  walk(document.contents);
  return found;
}

/** The text of a block begins on the line after its sign. */
function firstLine({ range, type }: Scalar, lines: LineCounter): number {
  const { line } = lines.linePos(range?.[0] ?? 0);
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? line + 1 : line;
}

/** Each script on its own line, as npm writes the file. */
function npmScripts(file: string, text: string): readonly Snippet[] {
  let within = false;
  return text.split('\n').flatMap((line, index): readonly Snippet[] => {
    if (/^\s*"scripts"\s*:\s*\{/.test(line)) within = true;
    else if (/^\s*\}/.test(line)) within = false;
    const script = within ? /^\s*"[^"]*"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(line)?.[1] : undefined;
    if (script === undefined) return [];
    return [{ subject: 'scripts', commands: [{ file, line: index + 1, text: unescaped(script) }] }];
  });
}

function unescaped(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : '';
  } catch {
    return text;
  }
}
