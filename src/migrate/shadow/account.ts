/** Our account in a server on files of another one, whose accounts nobody here knows the passwords of. */

export const ACCOUNT = 'shiplock_laid';

/** File with which the server makes it when it starts; each statement on a line of its own, as servers read such files. Pure. */
export function accountSql(password: string): string {
  const account = `${ACCOUNT}@localhost`;
  return [
    `DROP USER IF EXISTS ${account};`,
    `CREATE USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}
