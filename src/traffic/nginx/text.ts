/** Small helpers to write Nginx's language. */

export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** A path as it stands inside a regular expression between double quotes. */
export function literal(path: string): string {
  return path.replaceAll(/[.+?*()[\]{}^$|\\]/g, (sign) => `[${sign === '^' || sign === '\\' ? `\\${sign}` : sign}]`);
}

/** `/api` and what lies below it, but not `/apix`. The prefix `/` is everything. */
export function below(path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? '/' : `${literal(bare)}(?:/|$)`;
}
