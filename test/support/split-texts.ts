import { seeded } from '../e2e/support/random.ts';

/** Random SQL files for the splitter: what a client could take for the end of a statement stands in strings, names and comments. */

const DELIMITERS = [';', '//', '$$', ';;', '||', 'go', '#', '--x'];
const NASTY = [
  ';',
  "''",
  '\\\\',
  "\\'",
  '\\n',
  '--',
  '-- ',
  '#',
  '/*',
  '*/',
  '/*!',
  '`',
  '$$',
  '//',
  'go',
  '\n',
  'é',
  '漢',
  '\t',
  'DELIMITER //',
  ' ',
  'x',
];

/** The same text for the same seed. It always ends outside of everything, with `;` as the delimiter again. */
export function splitText(seed: number): string {
  const random = seeded(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const one = <T>(from: readonly T[]): T => {
    const chosen = from[upTo(from.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  const some = (from: readonly string[], most: number): string =>
    Array.from({ length: upTo(most + 1) }, () => one(from)).join('');
  let delimiter = ';';

  const string = (): string => {
    const quote = one(["'", '"', "N'", "_utf8mb4'", "x'"]);
    const inner = some([...NASTY, delimiter], 5);
    // A backslash before the end of a line is the one thing that the client does not send as it stands.
    const body = quote.endsWith('"') ? inner.replaceAll('"', '""') : inner.replace(/(?<!\\)'(?!')/g, "''");
    return `${quote}${balanced(body)}${quote.slice(-1)}`;
  };
  /** An odd run of backslashes or quotes at the end would open the string again. */
  const balanced = (text: string): string =>
    text.replace(/\\+$/, (run) => run + run).replace(/'+$/, (run) => run + run);
  const name = (): string => `\`${some([...NASTY, delimiter], 4).replaceAll('`', '``')}\``;
  const lineComment = (): string => `${one(['#', '-- ', '--\t'])}${some(NASTY, 4).replaceAll('\n', ' ')}\n`;
  const blockComment = (): string =>
    `/* ${some([...NASTY, delimiter], 4)
      .replaceAll('*/', '')
      .replaceAll('/*', '')} */`;
  const conditional = (): string =>
    `/*!${one(['', '40101 ', '99999 '])}${one(['+ 1', "+ 'a*b'", '+ `c`', '+ N"d"'])} */`;
  const piece = (): string =>
    one([
      () => string(),
      () => string(),
      () => name(),
      () => one(['1', 'a', 'b$', '@v', '@@version', 'NULL', '\\N', '5--3', 'gopher', 'ago', 'end', 'begin', '漢字']),
      () => one(['+', '-', '*', '/', '(', ')', ',', '=', '.', ':=', '|', '$', '!', '&&']),
      () => blockComment(),
      () => `${one(['#', '-- '])}${some(NASTY, 3).replaceAll('\n', ' ')}\n`,
      () => conditional(),
    ])();
  const statement = (): string => {
    const pieces = Array.from({ length: 1 + upTo(8) }, piece);
    return `SELECT ${pieces.join(one([' ', '  ', '\n', '\n  ']))}`;
  };
  const parts: string[] = [];
  const setDelimiter = (next: string): void => {
    parts.push(
      `\n${one(['', '  ', '\t'])}${one(['DELIMITER', 'delimiter', 'Delimiter'])} ${one(['', ' '])}${one([next, `'${next}'`, `"${next}"`])}\n`,
    );
    delimiter = next;
  };
  for (let count = 1 + upTo(8); count > 0; count -= 1) {
    const kind = random();
    if (kind < 0.2) setDelimiter(one(DELIMITERS));
    else if (kind < 0.3) parts.push(lineComment());
    else if (kind < 0.4) parts.push(blockComment());
    else if (kind < 0.45) parts.push(`--${one(['x', '1', '"'])} to the end\n`);
    else {
      const end = one([delimiter, delimiter, delimiter, ` ${delimiter}`, `\n${delimiter}`, '\\g', '\\G']);
      parts.push(`${one(['', ' ', '\n'])}${statement()}${end}${one(['', '\n', ' '])}`);
    }
  }
  if (delimiter !== ';') setDelimiter(';');
  const text = `${parts.join('')}\n`;
  return random() < 0.1 ? text.replaceAll('\n', '\r\n') : text;
}
