import { bad, ok, type Result } from '../../model/problem.ts';
import { locate } from './locate.ts';
import { formatPath } from './path.ts';
import type { EditProblem } from './problems.ts';
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
  const located = locate(text, options, where);
  if (!located.ok) return located;
  const { tree, path, finding } = located.value;
  if (finding.kind === 'found' && finding.node.kind === 'scalar') return ok(dataOf(finding.node, tree.format));
  if (finding.kind === 'blocked' || finding.kind === 'elsewhere') return bad(finding.problem);
  const problem: EditProblem = {
    code: finding.kind === 'found' ? 'gitops.not-a-value' : 'gitops.no-such-key',
    where: placeAt(where, text, finding.node.start),
    found: `${finding.kind === 'found' ? 'a mapping or a list' : 'nothing'} at ${formatPath(path)}`,
    expected: 'one value',
    remedy: 'mend the path, or add the value to the file once',
  };
  return bad(problem);
}
