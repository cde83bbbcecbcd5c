/** Most characters of what is said in one line. */
const LINE = 140;

/** What the forge takes as the description of a state: one line, and no longer than it allows. */
export function line(text: string): string {
  const one = text.replaceAll(/\s+/g, ' ').trim();
  return one.length <= LINE ? one : `${one.slice(0, LINE - 1)}…`;
}
