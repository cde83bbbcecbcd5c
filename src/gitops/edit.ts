import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Scalar } from 'yaml';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';

/** Changes one value in a YAML text, in place: every other byte stays as it is. */

export interface Edited {
  readonly text: string;
  /** The value before, as YAML reads it; null for a file that did not exist. */
  readonly before: string | number | boolean | null;
  readonly changed: boolean;
}

type Key = string | number;

/**
 * Sets the scalar at `path` (keys joined by dots; positions of a sequence are numbers) to the string `value`. The quoting style
 * stays unless the value would then read as something else. What came out is parsed again by a second, independent parser,
 * which must see exactly this one difference. Pure.
 */
export function setScalar(text: string, path: string, value: string, where: string): Result<Edited> {
  const keys = keysOf(path);
  const found = findScalar(text, keys, where);
  if (!found.ok) return found;
  const { node, start, end } = found.value;
  const before = plainValue(node.value);
  if (before === value) return ok({ text, before, changed: false });
  for (const written of spellings(value, node.type)) {
    const edited = text.slice(0, start) + written + text.slice(end);
    if (onlyThisChanged(text, edited, keys, value)) return ok({ text: edited, before, changed: true });
  }
  return bad({
    code: 'gitops.not-exact',
    where: `${where} ${path}`,
    found: 'a place where two YAML parsers do not agree that only this value would change',
    expected: 'a plain or quoted scalar in a simple file',
    remedy: 'write the value on a line of its own, without merge keys and repeated keys around it',
  });
}

/** The scalar at `path`, or a problem. Pure. */
export function readScalar(text: string, path: string, where: string): Result<string | number | boolean | null> {
  const found = findScalar(text, keysOf(path), where);
  return found.ok ? ok(plainValue(found.value.node.value)) : found;
}

/** Text of a file that did not exist yet, with nothing but the value at `path`. Pure. */
export function newFile(path: string, value: string): string {
  const keys = path.split('.');
  const lines = keys.map((key, depth) => {
    const last = depth === keys.length - 1;
    return `${'  '.repeat(depth)}${safely(key)}:${last ? ` ${safely(value)}` : ''}`;
  });
  return `# What serves. Shiplock changes the value at ${path} and nothing else in this file.\n${lines.join('\n')}\n`;
}

function keysOf(path: string): readonly Key[] {
  return path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

interface Found {
  readonly node: Scalar;
  readonly start: number;
  readonly end: number;
}

function findScalar(text: string, keys: readonly Key[], where: string): Result<Found> {
  const path = keys.join('.');
  const place = `${where} ${path}`;
  const documents = parseAllDocuments(text, { keepSourceTokens: true });
  const [document, second] = 'empty' in documents ? [] : documents;
  if (document === undefined)
    return bad(problem('empty', place, 'an empty file', `a value at ${path}`, `write \`${path}: …\` into it`));
  if (second !== undefined) {
    return bad(
      problem('several-documents', place, 'several YAML documents', 'one', 'put the version into a file of its own'),
    );
  }
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    return bad(
      problem('unreadable', `${where}:${line}`, error.message.split('\n')[0] ?? '', 'YAML', 'mend the file in git'),
    );
  }
  let node: unknown = document.contents;
  for (const [depth, key] of keys.entries()) {
    if (isMap(node)) {
      // Keys are compared as text: `8080:` is a number to YAML and a name to people.
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      node = pair?.value;
    } else if (isSeq(node) && typeof key === 'number') node = node.items[key];
    else node = undefined;
    if (isAlias(node)) {
      return bad(
        problem(
          'alias',
          place,
          'an alias (*) on the way',
          'a value written out',
          'write the value itself there: what an alias shares would change elsewhere too',
        ),
      );
    }
    if (node === undefined) {
      const at = keys.slice(0, depth + 1).join('.');
      return bad(
        problem(
          'no-such-key',
          place,
          `nothing at ${at}`,
          `a value at ${path}`,
          `add it to the file once, or mend \`gitops.path\``,
        ),
      );
    }
  }
  if (!isScalar(node)) {
    return bad(
      problem(
        'not-a-value',
        place,
        'a mapping, a sequence or nothing',
        'one value',
        'mend `gitops.path`, or write a value there, such as "0"',
      ),
    );
  }
  if (node.anchor !== undefined || node.tag !== undefined) {
    return bad(
      problem(
        'anchor',
        place,
        'a value with an anchor (&) or a tag (!)',
        'a simple value',
        'take the anchor or tag away: what shares it would change too',
      ),
    );
  }
  if (node.type !== 'PLAIN' && node.type !== 'QUOTE_SINGLE' && node.type !== 'QUOTE_DOUBLE') {
    return bad(
      problem('block', place, 'a block of text (| or >)', 'a value on one line', 'write the value on one line'),
    );
  }
  const [start, end] = node.range ?? [0, 0];
  if (start === end) {
    return bad(
      problem(
        'not-a-value',
        place,
        'a key without a value',
        'one value',
        `write one, for instance \`${keys.at(-1)}: "0"\``,
      ),
    );
  }
  return ok({ node, start, end });
}

function problem(code: string, where: string, found: string, expected: string, remedy: string): Problem {
  return { code: `gitops.${code}`, where, found, expected, remedy };
}

function plainValue(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Ways to write the value, the present style first. */
function spellings(value: string, style: Scalar['type']): readonly string[] {
  const single = `'${value.replaceAll("'", "''")}'`;
  const double = JSON.stringify(value);
  if (style === 'QUOTE_SINGLE') return [single, double];
  if (style === 'QUOTE_DOUBLE') return [double];
  return [value, double];
}

/** A spelling that both parsers read as this very string. */
function safely(text: string): string {
  return onlyThisChanged('a: x\n', `a: ${text}\n`, ['a'], text) && /^[\w]/.test(text) ? text : JSON.stringify(text);
}

function onlyThisChanged(before: string, after: string, keys: readonly Key[], value: string): boolean {
  try {
    const [document, second] = parseAllDocuments(after);
    if (document === undefined || !('errors' in document) || second !== undefined) return false;
    if (document.errors.length + document.warnings.length > 0) return false;
    const wanted = replaced(load(before), keys, value);
    return (
      isDeepStrictEqual(load(after), wanted) && isDeepStrictEqual(document.toJS(), replacedBy(before, keys, value))
    );
  } catch {
    // The second parser refuses what the first one took: then nobody should rely on it.
    return false;
  }
}

function replacedBy(text: string, keys: readonly Key[], value: string): unknown {
  const [document] = parseAllDocuments(text);
  return document !== undefined && 'toJS' in document ? replaced(document.toJS(), keys, value) : undefined;
}

/** A deep copy of plain data with one value exchanged. */
function replaced(data: unknown, keys: readonly Key[], value: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (index === Number(key) ? replaced(item, rest, value) : item));
  }
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, item]) => [name, name === String(key) ? replaced(item, rest, value) : item]),
  );
}
