import { bad, ok, type Result } from '../model/problem.ts';

/**
 * Patterns that can be looked for in any text: a small language of regular expressions, run by an automaton that never goes back. One look at a line
 * takes at most (length of the line + 1) × (size of the pattern) steps, whatever the text is, and every step is counted.
 *
 * Understood: letters as they are, `.`, `[a-z]`, `[^a-z]`, `\d \w \s` and their opposites, `\` before a mark, `( )`, `|`, `* + ?`, `{n}`, `{n,m}`,
 * `^` at the beginning and `$` at the end of the whole.
 */
export interface Pattern {
  readonly source: string;
  /** One of these stands in every text that it is found in. */
  readonly literals: readonly string[];
  /** Instructions of the automaton. */
  readonly size: number;
  /** Looks through one line. */
  find(line: string): Found;
}

export interface Found {
  readonly found: boolean;
  /** What it cost: at most `(line.length + 1) * size`. */
  readonly steps: number;
}

/** Longer patterns are no description of a message any more. */
const LONGEST = 300;
const LARGEST = 1_000;
const MOST_REPEATS = 200;
/** What is shorter stands in every log. */
export const SHORTEST_LITERAL = 5;

type Ranges = readonly (readonly [from: number, to: number])[];
type Tree =
  | { readonly kind: 'one'; readonly ranges: Ranges; readonly text: string | null }
  | { readonly kind: 'all'; readonly parts: readonly Tree[] }
  | { readonly kind: 'either'; readonly parts: readonly Tree[] }
  | { readonly kind: 'again'; readonly part: Tree; readonly least: number; readonly most: number | null };

/** `jump`: goes on in several places at once, without reading. */
type Instruction =
  | { readonly kind: 'read'; readonly ranges: Ranges }
  | { readonly kind: 'jump'; readonly to: readonly number[] }
  | { readonly kind: 'found' };

/** What is wrong with a pattern, in words. */
class Wrong extends Error {}

/** Reads a pattern; refused with the reason when it is none, or is too large, or says too little to be looked for. */
export function compile(source: string): Result<Pattern> {
  try {
    if (source.length > LONGEST) throw new Wrong(`${source.length} characters, at most ${LONGEST} are read`);
    const begins = source.startsWith('^');
    const ends = /(?<!\\)(?:\\\\)*\$$/.test(source);
    const tree = parse(source.slice(begins ? 1 : 0, ends ? -1 : undefined));
    const literals = literalsOf(tree);
    if (!literals.every(({ length }) => length >= SHORTEST_LITERAL) || literals.length === 0) {
      throw new Wrong(`no ${SHORTEST_LITERAL} plain characters in a row that every match holds`);
    }
    const program = assemble(tree);
    const find = (line: string): Found => look(program, line, begins, ends);
    return ok({ source, literals, size: program.length, find });
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return bad({
      code: 'known.bad-pattern',
      where: source.slice(0, 80),
      found: error.message,
      expected: 'a pattern of the small language that docs/known-errors/README.md describes',
      remedy: 'write down more of the plain words of the message, and less that may vary',
    });
  }
}

const ANY: Ranges = [[0, 0xffff]];
const CLASSES: Readonly<Record<string, Ranges>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 13],
    [32, 32],
    [160, 160],
  ],
};

function opposite(ranges: Ranges): Ranges {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const gaps: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of sorted) {
    if (from > next) gaps.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next > 0xffff ? gaps : [...gaps, [next, 0xffff]];
}

function parse(text: string): Tree {
  let at = 0;
  const peek = (): string => text[at] ?? '';
  const take = (): string => text[at++] ?? '';

  const either = (): Tree => {
    const parts = [all()];
    while (peek() === '|') {
      take();
      parts.push(all());
    }
    return parts.length === 1 ? (parts[0] ?? { kind: 'all', parts: [] }) : { kind: 'either', parts };
  };
  const all = (): Tree => {
    const parts: Tree[] = [];
    while (at < text.length && peek() !== '|' && peek() !== ')') parts.push(again(one()));
    return { kind: 'all', parts };
  };
  const again = (part: Tree): Tree => {
    const times = /^(?:[*+?]|\{(\d{1,3})(?:,(\d{1,3}))?\})/.exec(text.slice(at));
    if (times === null) return part;
    at += times[0].length;
    if (/^[*+?{]/.test(text.slice(at))) throw new Wrong('a repetition of a repetition');
    const [sign] = times[0];
    const least = sign === '{' ? Number(times[1]) : sign === '+' ? 1 : 0;
    const most = sign === '{' ? Number(times[2] ?? times[1]) : sign === '?' ? 1 : null;
    if (most !== null && (most < least || most > MOST_REPEATS)) throw new Wrong(`the repetition ${times[0]}`);
    return { kind: 'again', part, least, most };
  };
  const one = (): Tree => {
    const sign = take();
    switch (sign) {
      case '(': {
        if (text.startsWith('?:', at)) at += 2;
        if (peek() === '?') throw new Wrong('a group that looks around or has a name');
        const inner = either();
        if (take() !== ')') throw new Wrong('a group that is not closed');
        return inner;
      }
      case '.':
        return { kind: 'one', ranges: ANY, text: null };
      case '[':
        return { kind: 'one', ranges: set(), text: null };
      case '\\':
        return escaped();
      case ')':
      case '*':
      case '+':
      case '?':
      case '{':
      case ']':
      case '}':
      case '^':
      case '$':
        throw new Wrong(`a ${sign} that is not meant as itself; write \\${sign}`);
      default:
        return letter(sign);
    }
  };
  const escaped = (): Tree => {
    const sign = take();
    const ranges = classOf(sign);
    if (ranges !== undefined) return { kind: 'one', ranges, text: null };
    if (sign === '' || /[A-Za-z0-9]/.test(sign)) throw new Wrong(`\\${sign}, which is not understood`);
    return letter(sign);
  };
  const set = (): Ranges => {
    const turned = peek() === '^';
    if (turned) take();
    const ranges: (readonly [number, number])[] = [];
    while (peek() !== ']') {
      if (at >= text.length) throw new Wrong('a [ that is not closed');
      const sign = take();
      const known = sign === '\\' ? classOf(peek()) : undefined;
      if (known !== undefined) {
        take();
        ranges.push(...known);
        continue;
      }
      const from = (sign === '\\' ? take() : sign).charCodeAt(0);
      if (peek() === '-' && (text[at + 1] ?? ']') !== ']') {
        take();
        const to = (peek() === '\\' ? text[++at] : peek())?.charCodeAt(0) ?? 0;
        take();
        if (to < from) throw new Wrong('a range that runs backwards');
        ranges.push([from, to]);
      } else ranges.push([from, from]);
    }
    take();
    if (ranges.length === 0) throw new Wrong('an empty set');
    return turned ? opposite(ranges) : ranges;
  };

  const tree = either();
  if (at < text.length) throw new Wrong('a ) without its (');
  return tree;
}

function classOf(sign: string): Ranges | undefined {
  const ranges = Object.hasOwn(CLASSES, sign.toLowerCase()) ? CLASSES[sign.toLowerCase()] : undefined;
  return ranges === undefined || sign === sign.toLowerCase() ? ranges : opposite(ranges);
}

function letter(sign: string): Tree {
  const code = sign.charCodeAt(0);
  return { kind: 'one', ranges: [[code, code]], text: sign };
}

/** Plain texts of which every match holds one; empty: nothing is certain. */
function literalsOf(tree: Tree): readonly string[] {
  switch (tree.kind) {
    case 'one':
      return tree.text === null ? [] : [tree.text];
    case 'either': {
      const each = tree.parts.map(literalsOf);
      return each.every(({ length }) => length > 0) ? each.flat() : [];
    }
    case 'again':
      return tree.least > 0 ? literalsOf(tree.part) : [];
    case 'all': {
      const candidates: (readonly string[])[] = [];
      let run = '';
      for (const part of tree.parts) {
        if (part.kind === 'one' && part.text !== null) run += part.text;
        else {
          candidates.push(run === '' ? [] : [run], literalsOf(part));
          run = '';
        }
      }
      candidates.push(run === '' ? [] : [run]);
      const shortest = (list: readonly string[]): number =>
        list.length === 0 ? 0 : Math.min(...list.map(({ length }) => length));
      return candidates.reduce((best, next) => (shortest(next) > shortest(best) ? next : best), []);
    }
  }
}

function assemble(tree: Tree): readonly Instruction[] {
  const program: Instruction[] = [];
  const put = (instruction: Instruction): number => {
    if (program.length >= LARGEST) throw new Wrong(`more than ${LARGEST} instructions, through its repetitions`);
    return program.push(instruction) - 1;
  };
  const jump = (at: number, ...to: readonly number[]): void => {
    program[at] = { kind: 'jump', to };
  };
  const write = (part: Tree): void => {
    switch (part.kind) {
      case 'one':
        put({ kind: 'read', ranges: part.ranges });
        return;
      case 'all':
        part.parts.forEach(write);
        return;
      case 'either': {
        const fork = put({ kind: 'jump', to: [] });
        const starts: number[] = [];
        const ends = part.parts.map((branch) => {
          starts.push(program.length);
          write(branch);
          return put({ kind: 'jump', to: [] });
        });
        jump(fork, ...starts);
        for (const end of ends) jump(end, program.length);
        return;
      }
      case 'again': {
        for (let n = 0; n < part.least; n++) write(part.part);
        if (part.most === null) {
          const fork = put({ kind: 'jump', to: [] });
          write(part.part);
          jump(put({ kind: 'jump', to: [] }), fork);
          jump(fork, fork + 1, program.length);
          return;
        }
        const forks: number[] = [];
        for (let n = part.least; n < part.most; n++) {
          forks.push(put({ kind: 'jump', to: [] }));
          write(part.part);
        }
        for (const fork of forks) jump(fork, fork + 1, program.length);
      }
    }
  };
  write(tree);
  put({ kind: 'found' });
  return program;
}

/** Follows every way at once: a list of places in the program, one character after the other. */
function look(program: readonly Instruction[], line: string, begins: boolean, ends: boolean): Found {
  /** Number of characters read when a place was entered last, plus one: no place is entered twice between two characters. */
  const entered = new Uint32Array(program.length);
  let steps = 0;
  let found = false;
  const enter = (places: number[], start: number, read: number): void => {
    const todo = [start];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (entered[at] === read + 1) continue;
      entered[at] = read + 1;
      steps++;
      const instruction = program[at];
      if (instruction?.kind === 'jump') todo.push(...instruction.to);
      else if (instruction?.kind === 'read') places.push(at);
      else if (!ends || read === line.length) found = true;
    }
  };
  let now: number[] = [];
  enter(now, 0, 0);
  for (let read = 1; read <= line.length && !found; read++) {
    const code = line.charCodeAt(read - 1);
    const next: number[] = [];
    for (const at of now) {
      const instruction = program[at];
      if (instruction?.kind === 'read' && instruction.ranges.some(([from, to]) => code >= from && code <= to)) {
        enter(next, at + 1, read);
      }
    }
    if (!begins) enter(next, 0, read);
    now = next;
  }
  return { found, steps };
}
