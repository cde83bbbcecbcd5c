import { bad, ok, type Result } from '../../model/problem.ts';
import { additions } from './add.ts';
import { type Expected, objection } from './confirm.ts';
import type { Finding } from './find.ts';
import { locate } from './locate.ts';
import { formatPath } from './path.ts';
import type { EditProblem } from './problems.ts';
import { type Splice, splice } from './splice.ts';
import { type Format, lineAt, placeAt, type ScalarNode, type Tree } from './tree.ts';
import { dataOf, plainKinds, spellings, type ValueType, type Wanted, wantedOf } from './value.ts';

/** Sets one value of a manifest, in place: every other byte stays as it is, or the edit is refused. */

export interface SetOptions {
  /** See path.ts. */
  readonly path: string;
  /** The new value, or what makes it out of the present text (undefined where nothing stands yet). */
  readonly value: string | ((before: string | undefined) => Result<string>);
  /** Left out: the kind of what stands there, when the value is written as that kind is; a string otherwise. */
  readonly type?: ValueType | undefined;
  /** From 1; left out: the only document in which the path leads anywhere. */
  readonly document?: number | undefined;
  /** Keys that are not there yet are added, unless they must be there. */
  readonly missing?: 'add' | 'refuse';
  readonly format?: Format;
}

export interface EditResult {
  readonly text: string;
  readonly changed: boolean;
  /** The key was not there. */
  readonly added: boolean;
  /** Plain data of what stood there; null where there was nothing. */
  readonly before: string | number | boolean | null;
  /** Both as they are written in the file; undefined where there was nothing. */
  readonly written: { readonly before: string | undefined; readonly after: string };
  readonly document: number;
  /** Line and column of the value in the new text. */
  readonly line: number;
  readonly column: number;
}

/**
 * Sets the value at a path. What comes out is parsed again by a second, independent parser, which must see a difference at the target
 * and nowhere else. Pure.
 * @param where name of the file, for problems
 */
export function setValue(text: string, options: SetOptions, where: string): Result<EditResult> {
  const located = locate(text, options, where);
  if (!located.ok) return located;
  const { tree, path, finding, document } = located.value;
  const edit: Edit = { tree, document, finding, options, where };
  if (finding.kind === 'found') return replace(edit, finding);
  if (finding.kind === 'missing' && options.missing !== 'refuse') return add(edit, finding);
  if (finding.kind !== 'missing') return bad(finding.problem);
  const { node, steps } = finding;
  const empty = node.kind === 'scalar' && steps.length === 0;
  return bad(noKey(placeAt(where, tree.text, node.start), formatPath(path), empty));
}

interface Edit {
  readonly tree: Tree;
  readonly document: number;
  readonly finding: Finding;
  readonly options: SetOptions;
  readonly where: string;
}

function replace(edit: Edit, found: Extract<Finding, { kind: 'found' }>): Result<EditResult> {
  const { tree, options } = edit;
  const { node, entry } = found;
  const place = placeAt(edit.where, tree.text, node.start);
  if (node.kind !== 'scalar') return bad(noValue(place, node.kind === 'map' ? 'a mapping' : 'a list'));
  if (node.tag !== undefined) return bad(tagged(place, node.tag));
  if (node.style === 'block') return bad(blockText(place));
  const value = newText(options, node);
  if (!value.ok) return value;
  const wanted = wantedOf(value.value, options.type, node, tree.format);
  if (!wanted.ok) return wanted;
  const before = dataOf(node, tree.format);
  // The same letters again are no change, unless somebody asks for another kind.
  const same = options.type === undefined && node.style === 'plain' && node.text === value.value;
  if (same || already(node, wanted.value, tree.format)) {
    const written = tree.text.slice(node.start, node.end);
    return ok({
      ...result(edit, tree.text, node.start, false),
      changed: false,
      before,
      written: { before: written, after: written },
    });
  }
  const expected = expectedOf(edit, found, wanted.value, []);
  if (node.style === 'empty' && (entry?.colon === undefined || node.anchor !== undefined)) {
    return bad(noValue(place, 'nothing, where a value cannot be put in'));
  }
  const lead = node.style === 'empty' ? ' ' : '';
  const ways = spellings(wanted.value, node.style, node.flow, tree.format).map((written) => ({
    splices: [{ at: node.start, remove: node.end - node.start, insert: lead + written }],
    at: node.start + lead.length,
    written,
  }));
  const old = node.style === 'empty' ? undefined : tree.text.slice(node.start, node.end);
  return firstExact(edit, expected, ways, { added: false, before, written: old });
}

function add(edit: Edit, missing: Extract<Finding, { kind: 'missing' }>): Result<EditResult> {
  const { tree, options } = edit;
  const value = newText(options, undefined);
  if (!value.ok) return value;
  const wanted = wantedOf(value.value, options.type, undefined, tree.format);
  if (!wanted.ok) return wanted;
  const ways = additions(tree, missing, wanted.value).map((splices) => ({
    splices,
    ...placeOf(splices, wanted.value, tree.format),
  }));
  const expected = expectedOf(edit, missing, wanted.value, missing.keys);
  return firstExact(edit, expected, ways, { added: true, before: null, written: undefined });
}

/** Where the value of new keys stands in the new text: it is the last thing of the last insertion that spells it. */
function placeOf(
  splices: readonly Splice[],
  wanted: Wanted,
  format: Format,
): { readonly at: number; readonly written: string } {
  const last = splices.at(-1);
  const shift = splices.slice(0, -1).reduce((sum, { insert, remove }) => sum + insert.length - remove, 0);
  const insert = last?.insert ?? '';
  const [written = ''] = spellings(wanted, undefined, true, format)
    .concat(spellings(wanted, undefined, false, format))
    .filter((one) => insert.includes(one));
  return { at: (last?.at ?? 0) + shift + Math.max(0, insert.lastIndexOf(written)), written };
}

interface Way {
  readonly splices: readonly Splice[];
  /** Of the value in the new text. */
  readonly at: number;
  readonly written: string;
}

interface Was {
  readonly added: boolean;
  readonly before: EditResult['before'];
  readonly written: string | undefined;
}

function firstExact(edit: Edit, expected: Expected, ways: readonly Way[], was: Was): Result<EditResult> {
  const { tree, where, finding } = edit;
  const reasons: string[] = [];
  for (const { splices, at, written } of ways) {
    const text = splice(tree.text, splices);
    const why = objection(tree.text, text, expected, tree.format);
    if (why === undefined) {
      const done = result(edit, text, at, was.added);
      return ok({ ...done, changed: true, before: was.before, written: { before: was.written, after: written } });
    }
    reasons.push(why);
  }
  const at = finding.kind === 'found' || finding.kind === 'missing' ? finding.node.start : 0;
  return bad(notExact(placeAt(where, tree.text, at), reasons[0] ?? 'no place where the key could stand'));
}

function result(edit: Edit, text: string, at: number, added: boolean) {
  return { text, added, document: edit.document + 1, ...lineAt(text, at) };
}

function expectedOf(
  { document }: Edit,
  { steps, names }: Pick<Expected, 'steps' | 'names'>,
  wanted: Wanted,
  added: readonly string[],
): Expected {
  return { document, steps, names, added, wanted };
}

function newText({ value }: SetOptions, node: ScalarNode | undefined): Result<string> {
  if (typeof value === 'string') return ok(value);
  return value(node === undefined || node.style === 'empty' ? undefined : node.text);
}

/** What stands there is what is wanted, to readers of both versions of YAML. */
function already(node: ScalarNode, wanted: Wanted, format: Format): boolean {
  if (node.text !== wanted.text || node.style === 'empty') return false;
  if (wanted.type !== 'string') return node.style === 'plain';
  return node.style !== 'plain' || (format === 'yaml' && plainKinds(node.text).every((kind) => kind === 'string'));
}

function noKey(where: string, path: string, empty: boolean): EditProblem {
  return {
    code: empty ? 'gitops.empty' : 'gitops.no-such-key',
    where,
    found: empty ? 'an empty file' : `nothing at ${path}`,
    expected: `a value at ${path}`,
    remedy: 'add it to the file once, or mend the path',
  };
}

function noValue(where: string, found: string): EditProblem {
  return {
    code: 'gitops.not-a-value',
    where,
    found,
    expected: 'one value',
    remedy: 'mend the path, or write a value there, such as "0"',
  };
}

function tagged(where: string, tag: string): EditProblem {
  return {
    code: 'gitops.tag',
    where,
    found: `a value with the tag ${tag}`,
    expected: 'a value without a tag',
    remedy: 'take the tag away: it decides what the value is, not the edit',
  };
}

function blockText(where: string): EditProblem {
  return {
    code: 'gitops.block',
    where,
    found: 'a block of text (| or >)',
    expected: 'a value on one line',
    remedy: 'write the value on one line',
  };
}

function notExact(where: string, found: string): EditProblem {
  return {
    code: 'gitops.not-exact',
    where,
    found,
    expected: 'an edit after which two parsers see a difference at the target only',
    remedy: 'write the value on a line of its own in a simple form, then edit it again',
  };
}
