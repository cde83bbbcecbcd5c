import { createHash } from 'node:crypto';

/** How texts stand in a caller, and the mark by which is seen later whether somebody has changed it. Pure. */

const MARK = /^# shiplock-caller: ([0-9a-f]{16})\n/m;
const PINNED = /(\/\.github\/workflows\/[\w-]+\.yml)@[0-9a-f]{40}(?: # \S+)?$/gm;

/** The text of these lines with the mark in its second line; what is pinned is no part of it. */
export function sealed([first = '', ...rest]: readonly string[]): string {
  const text = `${[first, ...rest].join('\n')}\n`;
  return `${first}\n# shiplock-caller: ${digestOf(text)}\n${rest.join('\n')}\n`;
}

/** Nobody has changed it since it was written, but for the pins. Pure. */
export function isUntouched(text: string): boolean {
  const mark = MARK.exec(text)?.[1];
  return mark !== undefined && mark === digestOf(text.replace(MARK, ''));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll(PINNED, '$1')).digest('hex').slice(0, 16);
}

/** A text that YAML reads back as it is. */
export function quoted(text: string): string {
  return /^[A-Za-z/][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : `'${text.replaceAll("'", "''")}'`;
}
