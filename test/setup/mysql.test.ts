import { describe, expect, it } from 'vitest';
import { firstThatWorks, isMysql, type Source } from '../../scripts/setup/mysql.ts';
import { withoutFrom } from '../../scripts/setup/without.ts';

describe('what a mysqld says of itself', () => {
  it.each([
    ['mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', true],
    ['/usr/sbin/mysqld  Ver 8.0.0 for Linux on aarch64 (MySQL Community Server - GPL)', true],
    ['mysqld  Ver 5.7.44 for Linux on x86_64 (MySQL Community Server (GPL))', false],
    ['mysqld  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)', false],
    ['', false],
  ])('%j', (said, expected) => expect(isMysql(said)).toBe(expected));
});

describe('the first source that works', () => {
  const source = (name: string, found: string | Error): Source => ({
    name,
    find: () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found)),
  });

  it('is taken, also when an earlier one has a server that cannot be used', async () => {
    const asked: string[] = [];
    const use = async (server: string): Promise<string> => {
      asked.push(server);
      if (server === '/a') throw new Error('it may not write there');
      return `${server} it is`;
    };
    const sources = [source('none', new Error('no')), source('one', '/a'), source('two', '/b'), source('three', '/c')];
    expect(await firstThatWorks(sources, use)).toBe('/b it is');
    expect(asked).toEqual(['/a', '/b']);
  });

  it('where there is none, each says why, and the way to do without is named', async () => {
    const sources = [source('PATH', new Error('no mysqld')), source('Debian', '/d')];
    const failing = firstThatWorks(sources, () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow(
      /MySQL ≥ 8\.0 .*SHIPLOCK_WITHOUT=mysql\n {2}PATH: no mysqld\n {2}Debian: disk full$/,
    );
  });
});

describe('SHIPLOCK_WITHOUT', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['mysql', ['mysql']],
    [' mysql, mysql', ['mysql']],
  ])('%j', (setting, expected) => expect(withoutFrom(setting)).toEqual(expected));

  it('refuses what cannot be left out, so that a slip of the pen leaves nothing out', () => {
    expect(() => withoutFrom('mysql mariadb')).toThrow('"mariadb" cannot be left out; what can: mysql, hosts');
  });
});
