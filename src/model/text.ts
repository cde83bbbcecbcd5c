/**
 * Text that neither a terminal nor an XML or HTML reader takes for an order: names and messages come from outside. Control and
 * formatting characters (also those that turn the direction of writing), line separators, what is no character at all, and halves of
 * characters are shown as a question mark.
 */
export function clean(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\uFFFD]/gu, '?');
}

/** The same on one line, and no longer than `longest` characters: what is cut off is said to be. */
export function cleanLine(text: string, longest: number): string {
  // Only as much is looked at as can be shown: a text from outside may be very long.
  const line = clean(text.slice(0, 2 * longest).replace(/\r\n|[\n\r\t]/g, ' '));
  const letters = [...line];
  return letters.length <= longest && text.length <= 2 * longest ? line : `${letters.slice(0, longest - 1).join('')}…`;
}

/** Text in a Markdown block of code that it cannot end: what stands in it becomes no markup, no link and no mention. */
export function fenced(text: string): string {
  const fence = ticksAround(text, 3);
  return [`${fence}text`, ...text.split('\n').map(clean), fence].join('\n');
}

/** One line in a Markdown code span that holds exactly this text: its fence is longer than any run of backticks inside. */
export function codeSpan(line: string): string {
  const inside = clean(line);
  if (inside.trim() === '') return '(nothing)';
  const fence = ticksAround(inside);
  return fence.length === 1 && !/^ .* $/.test(inside) ? `${fence}${inside}${fence}` : `${fence} ${inside} ${fence}`;
}

/** Backticks that a text cannot end: more than any run of them inside, and at least so many. */
export function ticksAround(text: string, least = 1): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  return '`'.repeat(Math.max(least, longest + 1));
}

/** A word of a command line in a unit of systemd, where `%` and `$` mean something (systemd.service, "Command lines"). */
export function systemdWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[A-Za-z0-9_@%+=:,./$-]+$/.test(escaped)
    ? escaped
    : `"${escaped.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A word of a command line of sh, as it is. Pure. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
