import { bad, ok, type Result } from '../../model/problem.ts';
import { type Finding, findIn } from './find.ts';
import { type EditPath, formatPath } from './path.ts';
import type { EditProblem } from './problems.ts';
import { placeAt, type Tree } from './tree.ts';

export interface Chosen {
  /** From 0. */
  readonly document: number;
  readonly finding: Finding;
}

/**
 * The document that a path means: the one that is named (from 1), or the only one in which the path leads to something. When it leads
 * nowhere yet, the only one in which everything but the last key is there. Pure.
 */
export function chooseDocument(tree: Tree, path: EditPath, wanted: number | undefined, where: string): Result<Chosen> {
  const { documents } = tree;
  const all = documents.map(
    (document, index): Chosen => ({ document: index, finding: findIn(tree, document, path, where) }),
  );
  if (wanted !== undefined) {
    const one = all[wanted - 1];
    return one === undefined ? bad(noDocument(wanted, documents.length, where)) : ok(one);
  }
  const [only, second] = all;
  if (only === undefined) return ok({ document: 0, finding: nothingAtAll(tree, path) });
  if (second === undefined) return ok(only);
  const hits = all.filter(({ finding }) => finding.kind === 'found' || finding.kind === 'blocked');
  const near = all.filter(
    ({ finding }) => finding.kind === 'missing' && finding.keys.length === 1 && finding.steps.length > 0,
  );
  const candidates = hits.length > 0 ? hits : near;
  const [first] = candidates;
  if (first !== undefined && candidates.length === 1) return ok(first);
  if (first === undefined) {
    const elsewhere = all.flatMap(({ finding }) => (finding.kind === 'elsewhere' ? [finding.problem] : []));
    // Lists without such an item say more than mappings without such a key.
    const item = elsewhere.find(({ code }) => code === 'gitops.no-such-item');
    if (item !== undefined) return bad(item);
  }
  return bad(several(tree, path, first === undefined ? all : candidates, where));
}

/** A text without any document in it. */
function nothingAtAll(tree: Tree, path: EditPath): Finding {
  const at = tree.text.length;
  const root = { kind: 'scalar', style: 'empty', text: '', flow: false, start: at, end: at } as const;
  return findIn(tree, { root, aliases: [] }, path, '');
}

function noDocument(wanted: number, count: number, where: string): EditProblem {
  return {
    code: 'gitops.document',
    where,
    found: `no document ${wanted}; there ${count === 1 ? 'is 1' : `are ${count}`}`,
    expected: 'the number of a document, counted from 1',
    remedy: 'count the documents, which lines of `---` part; an empty one counts too',
  };
}

function several(tree: Tree, path: EditPath, candidates: readonly Chosen[], where: string): EditProblem {
  const places = candidates.map(({ document, finding }) => {
    const start =
      'node' in finding
        ? finding.node.start
        : 'at' in finding
          ? finding.at
          : (tree.documents[document]?.root.start ?? 0);
    return `document ${document + 1} (${placeAt(where, tree.text, start)})`;
  });
  const leads = candidates.some(({ finding }) => finding.kind === 'found' || finding.kind === 'blocked');
  return {
    code: 'gitops.several-documents',
    where: `${where} ${formatPath(path)}`,
    found: `${candidates.length} documents ${leads ? 'with such a value' : 'in which it could be added'}: ${places.slice(0, 5).join(', ')}`,
    expected: 'one',
    remedy: 'name it with --document, counted from 1',
  };
}
