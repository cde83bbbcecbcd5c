import type { Keep } from './collector.ts';

/** How text gets from a program into the bundle: whole lines, masked, and harmless on a terminal. */

/** Longest line that is looked for at the end that was cut off; of a longer one so much is dropped. */
const LONGEST_LINE = 64 * 1024;
/** More than any single secret that is known by its value in one line. */
const LONGEST_SECRET = 8 * 1024;

/**
 * A text without the line that was torn where it was cut off: half a secret is found by no mask. Pure.
 * @param keep which end was kept; the other one is torn
 */
export function withoutTorn(text: string, keep: Keep): string {
  if (keep === 'beginning') {
    const at = text.lastIndexOf('\n');
    if (at >= 0 && text.length - at <= LONGEST_LINE) return text.slice(0, at + 1);
    return text.slice(0, Math.max(0, text.length - LONGEST_SECRET));
  }
  const at = text.indexOf('\n');
  if (at >= 0 && at <= LONGEST_LINE) return text.slice(at + 1);
  return text.slice(LONGEST_SECRET);
}

/** Control characters are shown, not sent: who reads a log on a terminal is not asked to trust whoever wrote it. Pure. */
export function shown(text: string): string {
  return (
    text
      .replace(/\r\n/g, '\n')
      // A file with a hole, or one that was cut off while it was open.
      .replace(HOLE, (zeros) => `\\x00 (${zeros.length} times)`)
      .replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const HOLE = /\u0000{4,}/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** At most so many bytes of a text, whole lines from the end that is kept. Pure. */
export function within(text: string, maxBytes: number, keep: Keep): { readonly text: string; readonly cut: boolean } {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return { text, cut: false };
  const part = keep === 'beginning' ? bytes.subarray(0, maxBytes) : bytes.subarray(bytes.length - maxBytes);
  const decoded = part.toString('utf8').replaceAll('\ufffd', '');
  return { text: withoutTorn(decoded, keep), cut: true };
}

type Row = Readonly<Record<string, unknown>>;

/** Rows of an answer: a table of tabs, or one value per line where values have several lines or columns are many. Pure. */
export function rowsText(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '(no rows)\n';
  const columns = Object.keys(first);
  const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
  if (columns.length > 12 || cells.some((row) => row.some((cell) => cell.includes('\n') || cell.length > 400))) {
    return cells
      .map((row, n) => `--- row ${n + 1}\n${columns.map((column, at) => `${column}: ${row[at] ?? ''}\n`).join('')}`)
      .join('');
  }
  return [columns, ...cells].map((row) => `${row.join('\t')}\n`).join('');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * What InnoDB says of itself, without the rows that it shows of a deadlock and the values in statements. Pure.
 */
export function withoutRows(status: string): string {
  return status
    .replace(/hex [0-9a-f]+;(?: asc [^\n]*?;;?)?/g, 'hex ***;')
    .replace(/'(?:[^'\\\n]|\\.|'')*'/g, '?')
    .replace(/"(?:[^"\\\n]|\\.|"")*"/g, '?');
}
