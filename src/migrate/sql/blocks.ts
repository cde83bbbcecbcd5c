/** Follows the blocks of a stored program, so that a `;` inside of one is not taken for its end. */

export interface Blocks {
  /** The next word (upper case), quoted name, string or symbol of the statement; of names and strings only the first character. */
  see(token: string): void;
  /** A `;` here lies inside the program. */
  open(): boolean;
}

type Block = 'BEGIN' | 'CASE' | 'IF' | 'LOOP' | 'WHILE' | 'REPEAT' | 'FOR' | 'PACKAGE';

/** Words that may stand between CREATE and the kind of a stored program; a definer may be anything, so not all are listed. */
const PROGRAMS = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']);
const NO_PROGRAMS = new Set([
  ...['TABLE', 'VIEW', 'INDEX', 'USER', 'ROLE', 'DATABASE', 'SCHEMA', 'SEQUENCE', 'SERVER', 'TABLESPACE', 'LOGFILE'],
  ...['UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR', 'TEMPORARY', 'RESOURCE', 'SPATIAL', 'INSTANCE'],
]);
const CLOSED_WITH_KIND = new Set<string>(['CASE', 'IF', 'LOOP', 'WHILE', 'REPEAT', 'FOR']);
/** `DROP TABLE IF EXISTS`: the IF belongs to what stands before it. */
const OBJECTS = new Set([
  ...PROGRAMS,
  ...NO_PROGRAMS,
  ...['TABLES', 'COLUMN', 'KEY', 'CONSTRAINT', 'PARTITION', 'BODY', 'ADD', 'DROP', 'MODIFY', 'CHANGE', 'CHECK'],
]);

/** For a statement that begins with CREATE, ALTER or BEGIN; undefined for every other, which has no blocks. */
export function followBlocks(first: string): Blocks | undefined {
  if (first !== 'CREATE' && first !== 'ALTER' && first !== 'BEGIN') return undefined;
  return first === 'BEGIN' ? anonymous() : program();
}

/** MariaDB's `BEGIN NOT ATOMIC …`; a bare BEGIN is a transaction. */
function anonymous(): Blocks {
  const body = bodyOf();
  let seen = '';
  return {
    see: (token) => {
      if (seen === 'BEGIN NOT' && token === 'ATOMIC') body.enter('BEGIN');
      else if (body.open()) body.see(token);
      seen = seen === '' ? token : `${seen} ${token}`.slice(0, 20);
    },
    open: () => body.open(),
  };
}

function program(): Blocks {
  const body = bodyOf();
  let kind: 'unknown' | 'none' | 'program' | 'package' = 'unknown';
  return {
    see: (token) => {
      if (kind === 'none') return;
      if (kind === 'unknown') {
        if (token === 'PACKAGE') kind = 'package';
        else if (PROGRAMS.has(token)) kind = 'program';
        else if (NO_PROGRAMS.has(token)) kind = 'none';
      } else if (kind === 'package') {
        // Its declarations lie between AS and END, each with a `;`.
        if (token !== 'AS' && token !== 'IS') return;
        body.enter('PACKAGE');
        kind = 'program';
        return;
      }
      body.see(token);
    },
    open: () => body.open(),
  };
}

function bodyOf(): Blocks & { enter(block: Block): void } {
  const stack: Block[] = [];
  /** Parentheses that are open: how many commas lie directly in each, and whether an IF stands before it. */
  const parens: { commas: number; readonly afterIf: boolean }[] = [];
  let before = '';
  let last = '';
  let waiting: 'IF' | 'REPEAT' | null = null;
  let ended: Block | null = null;

  const enter = (block: Block): void => {
    // WHILE … LOOP and FOR … LOOP are one block.
    if (block === 'LOOP' && (stack.at(-1) === 'WHILE' || stack.at(-1) === 'FOR')) stack.pop();
    stack.push(block);
  };
  const leave = (): void => {
    const top = stack.at(-1);
    // END is no reserved word: elsewhere it may be a column.
    const closes =
      top === 'CASE' || top === 'REPEAT' || last === ';' || last === 'BEGIN' || last === 'AS' || last === 'IS';
    if (top === undefined || last === '.' || !closes) return;
    ended = stack.pop() ?? null;
  };
  /** `END IF` and its like say what they close: what was opened wrongly inside of it is closed too. */
  const endedBy = (kind: string): void => {
    const names: readonly string[] = stack;
    const at = names.lastIndexOf(kind);
    if (ended !== kind && at >= 0) stack.length = at;
  };
  const paren = (token: string): void => {
    if (token === '(') parens.push({ commas: 0, afterIf: waiting === 'IF' });
    const inner = parens.at(-1);
    if (token === ',' && inner !== undefined) inner.commas += 1;
    // The function IF has three arguments; the statement has one condition.
    if (token === ')' && parens.pop()?.afterIf === true && inner?.commas !== 2) enter('IF');
  };
  const word = (token: string): void => {
    if (last === '.' || last === '@') return;
    if (token === 'END') leave();
    else if (token === 'BEGIN') {
      if (last !== ',' && last !== '=') enter('BEGIN');
    } else if (token === 'IF') waiting = OBJECTS.has(last) ? null : 'IF';
    else if (token === 'REPEAT') waiting = 'REPEAT';
    else if (token === 'CASE' || token === 'LOOP' || token === 'WHILE') enter(token);
    else if (token === 'IN' && before === 'FOR') enter('FOR');
  };
  return {
    enter,
    open: () => stack.length > 0,
    see: (token) => {
      const awaited = waiting;
      const closing = ended;
      if (token === '(' || token === ')' || token === ',') {
        paren(token);
        waiting = null;
      } else {
        waiting = null;
        if (awaited !== null) enter(awaited);
        ended = null;
        if (closing !== null && CLOSED_WITH_KIND.has(token)) {
          ended = closing;
          endedBy(token);
          ended = null;
        } else word(token);
      }
      before = last;
      last = token;
    },
  };
}
