/** A name of a table, column or database as MySQL and MariaDB take it, whatever it holds. Pure. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
