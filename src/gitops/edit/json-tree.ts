import { bad, ok, type Result } from '../../model/problem.ts';
import type { EditProblem } from './problems.ts';
import { type Entry, MAX_DEPTH, MAX_VALUES, placeAt, type ScalarNode, type Tree, type TreeNode } from './tree.ts';

class JsonError extends Error {
  readonly at: number;
  constructor(at: number, found: string) {
    super(found);
    this.at = at;
  }
}

/** Reads JSON (RFC 8259, a byte order mark in front allowed) and keeps where each value stands. Pure. */
export function jsonTree(text: string, where: string): Result<Tree> {
  try {
    const root = new Reader(text).document();
    return ok({ format: 'json', text, documents: [{ root, aliases: [] }] });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const problem: EditProblem = {
      code: 'gitops.unreadable',
      where: placeAt(where, text, error.at),
      found: error.message,
      expected: 'JSON',
      remedy: 'mend the file in git; a file with comments is YAML, so give it such a name',
    };
    return bad(problem);
  }
}

const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

class Reader {
  private readonly text: string;
  private at: number;
  private values = 0;

  constructor(text: string) {
    this.text = text;
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  document(): TreeNode {
    const root = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.unexpected('behind the value');
    return root;
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at += 1;
  }

  private unexpected(place: string): JsonError {
    const here = this.text.codePointAt(this.at);
    return new JsonError(
      this.at,
      here === undefined ? `the end of the file ${place}` : `${JSON.stringify(String.fromCodePoint(here))} ${place}`,
    );
  }

  private value(depth: number): TreeNode {
    this.space();
    this.values += 1;
    if (depth > MAX_DEPTH) throw new JsonError(this.at, `brackets more than ${MAX_DEPTH} deep`);
    if (this.values > MAX_VALUES) throw new JsonError(this.at, `more than ${MAX_VALUES} values`);
    const first = this.text.charAt(this.at);
    if (first === '{') return this.map(depth);
    if (first === '[') return this.list(depth);
    if (first === '"') return this.string();
    WORD.lastIndex = this.at;
    const [word] = WORD.exec(this.text) ?? [];
    if (word === undefined) throw this.unexpected('where a value begins');
    const start = this.at;
    this.at += word.length;
    return { kind: 'scalar', style: 'plain', text: word, flow: true, start, end: this.at };
  }

  private string(): ScalarNode {
    const start = this.at;
    let end = start + 1;
    while (end < this.text.length && this.text.charAt(end) !== '"') end += this.text.charAt(end) === '\\' ? 2 : 1;
    this.at = end + 1;
    return { kind: 'scalar', style: 'double', text: this.decoded(start), flow: true, start, end: this.at };
  }

  private decoded(start: number): string {
    try {
      const text: unknown = JSON.parse(this.text.slice(start, this.at));
      return String(text);
    } catch {
      throw new JsonError(start, 'a string that is not closed, or holds what must be escaped');
    }
  }

  private map(depth: number): TreeNode {
    const start = this.at;
    const entries: Entry[] = [];
    this.at += 1;
    this.space();
    if (this.text.charAt(this.at) !== '}') {
      do {
        this.space();
        if (this.text.charAt(this.at) !== '"') throw this.unexpected('where a key begins');
        const key = this.string();
        this.space();
        this.take(':', 'where a colon belongs');
        const colon = this.at;
        entries.push({ name: key.text, key, colon, value: this.value(depth + 1) });
        this.space();
      } while (this.more('}'));
    }
    this.take('}', 'where } or a comma belongs');
    return { kind: 'map', flow: true, indent: 0, entries, start, end: this.at };
  }

  private list(depth: number): TreeNode {
    const start = this.at;
    const items: TreeNode[] = [];
    this.at += 1;
    this.space();
    if (this.text.charAt(this.at) !== ']') {
      do {
        items.push(this.value(depth + 1));
        this.space();
      } while (this.more(']'));
    }
    this.take(']', 'where ] or a comma belongs');
    return { kind: 'list', flow: true, items, start, end: this.at };
  }

  private more(end: string): boolean {
    if (this.text.charAt(this.at) === end || this.text.charAt(this.at) !== ',') return false;
    this.at += 1;
    return true;
  }

  private take(character: string, place: string): void {
    if (this.text.charAt(this.at) !== character) throw this.unexpected(place);
    this.at += 1;
  }
}
