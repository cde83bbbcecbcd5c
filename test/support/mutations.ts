/** Small damage to a statement, as people and editors do it. Most of what comes out is no SQL any more, but not all: ask a server. */

const PIECES = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|[\w$@]+|\s+|./gs;
const WORDS = [
  'SELECT',
  'TABLE',
  'NOT',
  ',',
  '(',
  ')',
  'DEFAULT',
  'KEY',
  '=',
  'ADD',
  'INT',
  "'x'",
  '5',
  '.',
  'ON',
  'NULL',
  '*',
];

/** One mutation of the text; the same random numbers give the same one. */
export function mutated(sql: string, random: () => number): string {
  const pieces = sql.match(PIECES) ?? [];
  const words = pieces.flatMap((piece, index) => (/\S/.test(piece) ? [index] : []));
  const at = words[Math.floor(random() * words.length)] ?? 0;
  const other = words[Math.floor(random() * words.length)] ?? 0;
  const kind = Math.floor(random() * 5);
  const damaged = [...pieces];
  const here = pieces[at] ?? '';
  if (kind === 0) damaged[at] = ' ';
  else if (kind === 1) damaged[at] = `${here} ${here}`;
  else if (kind === 2) {
    damaged[at] = ` ${pieces[other] ?? ''} `;
    damaged[other] = ` ${here} `;
  } else if (kind === 3) damaged[at] = ` ${WORDS[Math.floor(random() * WORDS.length)] ?? ''} `;
  else return pieces.slice(0, at + 1).join('');
  return damaged.join('');
}
