import { bad, ok, type Result } from '../../model/problem.ts';
import { type Chosen, chooseDocument } from './document.ts';
import { jsonTree } from './json-tree.ts';
import { type EditPath, parsePath } from './path.ts';
import type { EditProblem } from './problems.ts';
import { type Format, MAX_BYTES, type Tree } from './tree.ts';
import { yamlTree } from './yaml-tree.ts';

/** Where a path leads in a text. */
export interface Located extends Chosen {
  readonly tree: Tree;
  readonly path: EditPath;
}

/** How both reading and setting a value begin. Pure. @param where name of the file, for problems */
export function locate(
  text: string,
  options: { readonly path: string; readonly document?: number | undefined; readonly format?: Format },
  where: string,
): Result<Located> {
  const path = parsePath(options.path);
  if (!path.ok) return path;
  const tree = readTree(text, options.format ?? formatOf(where), where);
  if (!tree.ok) return tree;
  const chosen = chooseDocument(tree.value, path.value, options.document, where);
  return chosen.ok ? ok({ ...chosen.value, tree: tree.value, path: path.value }) : chosen;
}

/** Reads a text as a tree. @param where name of the file, for problems */
export function readTree(text: string, format: Format, where: string): Result<Tree> {
  if (text.length > MAX_BYTES) return bad(tooLarge(where, text.length));
  return format === 'json' ? jsonTree(text, where) : yamlTree(text, where);
}

/** What a file of this name holds. */
export function formatOf(file: string): Format {
  return /\.json$/i.test(file) ? 'json' : 'yaml';
}

function tooLarge(where: string, length: number): EditProblem {
  return {
    code: 'gitops.too-large',
    where,
    found: `${length} characters`,
    expected: `at most ${MAX_BYTES}`,
    remedy: 'split the file, and keep what is changed apart from what is generated',
  };
}
