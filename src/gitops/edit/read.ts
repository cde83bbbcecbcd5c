import { bad, ok, type Result } from '../../model/problem.ts';
import { chooseDocument } from './document.ts';
import { formatPath, parsePath } from './path.ts';
import type { EditProblem } from './problems.ts';
import { formatOf, readTree } from './set.ts';
import { type Format, placeAt } from './tree.ts';
import { dataOf } from './value.ts';

/**
 * The value at a path, as YAML 1.2 or JSON reads it; a problem where there is none. Pure.
 * @param where name of the file, for problems
 */
export function readValue(
  text: string,
  options: { readonly path: string; readonly document?: number; readonly format?: Format },
  where: string,
): Result<string | number | boolean | null> {
  const path = parsePath(options.path);
  if (!path.ok) return path;
  const tree = readTree(text, options.format ?? formatOf(where), where);
  if (!tree.ok) return tree;
  const chosen = chooseDocument(tree.value, path.value, options.document, where);
  if (!chosen.ok) return chosen;
  const { finding } = chosen.value;
  if (finding.kind === 'found' && finding.node.kind === 'scalar') return ok(dataOf(finding.node, tree.value.format));
  if (finding.kind === 'blocked' || finding.kind === 'elsewhere') return bad(finding.problem);
  const problem: EditProblem = {
    code: finding.kind === 'found' ? 'gitops.not-a-value' : 'gitops.no-such-key',
    where: placeAt(where, text, finding.node.start),
    found: `${finding.kind === 'found' ? 'a mapping or a list' : 'nothing'} at ${formatPath(path.value)}`,
    expected: 'one value',
    remedy: 'mend the path, or add the value to the file once',
  };
  return bad(problem);
}
