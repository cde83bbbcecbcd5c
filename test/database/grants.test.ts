import { describe, expect, test } from 'vitest';
import type { Account, Held, ServerAccounts } from '../../src/database/accounts.ts';
import { accountText } from '../../src/database/accounts.ts';
import { accountsConfig } from '../../src/database/config.ts';
import { compareRights, createAccount, grantStatements, revokeStatements } from '../../src/database/grants.ts';
import { ROLES, rightKey, rightsFor, schemaPlace } from '../../src/database/rights.ts';
import { strangeAccounts } from '../../src/database/strangers.ts';

const nothing: Held = { rights: [], roles: [], proxies: [] };
const app = { user: 'app', from: '10.0.0.%' };
const shop = schemaPlace('my_shop');

describe('rights', () => {
  test('hold in one schema, of which the name is no pattern', () => {
    expect(shop).toBe('`my\\_shop`.*');
    expect(schemaPlace('a`b%')).toBe('`a``b\\%`.*');
  });

  test.each(ROLES)('of %s stand there once, with a reason, and none of them gives everything', (role) => {
    for (const engine of ['mysql', 'mariadb'] as const) {
      const rights = rightsFor(role, engine, 'my_shop', ['EXECUTE', 'REPLICATION SLAVE']);
      expect(new Set(rights.map(rightKey)).size).toBe(rights.length);
      expect(rights.every(({ why }) => why !== '')).toBe(true);
      expect(rights.map(({ privilege }) => privilege)).not.toContain('SUPER');
      expect(rights).toContainEqual(expect.objectContaining({ privilege: 'EXECUTE', on: shop }));
      expect(rights).toContainEqual(expect.objectContaining({ privilege: 'REPLICATION SLAVE', on: '*.*' }));
    }
  });

  test('of the application are those of rows, in its schema alone', () => {
    expect(rightsFor('application', 'mysql', 'my_shop').map(rightKey)).toEqual(
      ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((privilege) => `${privilege} ${shop}`),
    );
  });
});

describe('what an account has', () => {
  const wanted = rightsFor('application', 'mariadb', 'my_shop');

  test('is compared place by place: the same right elsewhere is another one', () => {
    const { lacks, tooMuch } = compareRights(wanted, {
      ...nothing,
      rights: [
        { privilege: 'SELECT', on: shop },
        { privilege: 'INSERT', on: '*.*' },
        { privilege: 'DELETE', on: '`my_shop`.*' },
      ],
    });
    expect(lacks.map(({ privilege }) => privilege)).toEqual(['INSERT', 'UPDATE', 'DELETE']);
    expect(tooMuch.rights.map(rightKey)).toEqual(['INSERT *.*', 'DELETE `my_shop`.*']);
  });

  test('on a part of what it is to have is not too much; on a part of something else it is', () => {
    const part = (privilege: string, schema: string) => ({
      privilege,
      on: `\`${schema}\`.\`t\``,
      within: schemaPlace(schema),
    });
    const held = {
      ...nothing,
      rights: [part('SELECT (`a`)', 'my_shop'), part('DROP', 'my_shop'), part('SELECT', 'other')],
    };
    expect(compareRights(wanted, held).tooMuch.rights.map(rightKey)).toEqual([
      'DROP `my_shop`.`t`',
      'SELECT `other`.`t`',
    ]);
  });

  test('is given and taken in one statement per place; passing on goes by itself', () => {
    expect(grantStatements(app, wanted)).toEqual([
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${shop} TO 'app'@'10.0.0.%'`,
    ]);
    const tooMuch = {
      rights: [
        { privilege: 'DROP', on: shop },
        { privilege: 'GRANT OPTION', on: shop },
        { privilege: 'EVENT', on: shop },
      ],
      roles: ['`all`'],
      proxies: ["'root'@'%'"],
    };
    expect(revokeStatements(app, tooMuch)).toEqual([
      "REVOKE `all` FROM 'app'@'10.0.0.%'",
      "REVOKE PROXY ON 'root'@'%' FROM 'app'@'10.0.0.%'",
      `REVOKE DROP, EVENT ON ${shop} FROM 'app'@'10.0.0.%'`,
      `REVOKE GRANT OPTION ON ${shop} FROM 'app'@'10.0.0.%'`,
    ]);
  });

  test('is made with what the server keeps of a password, whatever its name', () => {
    expect(createAccount('mysql', { user: "o'neil", from: '%' }, 'M')).toBe(
      "CREATE USER IF NOT EXISTS 'o''neil'@'%' IDENTIFIED WITH caching_sha2_password AS 'M'",
    );
    expect(accountText({ user: 'a\\', from: '%' })).toBe("'a\\\\'@'%'");
  });
});

describe('strange accounts', () => {
  const account = (user: string, from: string, more: Partial<Account> = {}): Account => ({
    ...{ user, from, plugin: 'caching_sha2_password', stored: Buffer.from('x'), otherWay: false },
    ...{ locked: false, role: false, restricted: false, ...more },
  });
  const on = (...accounts: readonly Account[]): ServerAccounts => ({
    ...{ version: '9.7', accounts, schemas: [], me: app, readOnly: false },
  });
  const none = { stored: Buffer.alloc(0) };

  test.each([
    ['a root of this machine alone', account('root', 'localhost'), []],
    ['a root from anywhere', account('root', '%'), ['database.root-from-afar']],
    ['no password', account('ann', '%', none), ['database.no-password']],
    ['no password, but the user of the machine', account('ann', '%', { ...none, plugin: 'unix_socket' }), []],
    ['no password, but another way (MariaDB)', account('ann', '%', { ...none, otherWay: true }), []],
    ['no password, and locked', account('ann', '%', { ...none, locked: true }), []],
    ['no password, since it is a role', account('all', '%', { ...none, role: true }), []],
    ['no name', account('', 'localhost', none), ['database.anonymous-account']],
    ['a declared name from elsewhere', account('app', '%'), ['database.other-account']],
    ['a declared account', account('app', '10.0.0.%'), []],
    [
      'a declared account with schemas left out',
      account('app', '10.0.0.%', { restricted: true }),
      ['database.restricted-account'],
    ],
  ])('%s', (_what, one, codes) => {
    expect(strangeAccounts(on(one), [app]).map(({ code }) => code)).toEqual(codes);
  });

  test('the schema test', () => {
    expect(strangeAccounts({ ...on(), schemas: ['test', 'shop'] }, [app]).map(({ where }) => where)).toEqual([
      'schema test',
    ]);
  });
});

describe('the configuration', () => {
  const base = { schema: 'shop', application: { user: 'app', from: '10.0.0.%', dsn: { secret: 'file:/run/app' } } };

  test.each(['%', '10.0.0.5', '10.0.0.%', '10.0.0.0/255.255.255.0', 'app.example.com', '::1', 'localhost'])(
    'takes %s as a host',
    (from) => {
      const application = { ...base.application, from };
      expect(accountsConfig.safeParse({ ...base, application }).success).toBe(true);
    },
  );

  test.each(["x'", 'App.example.com', '', 'a b', '%;', '`'])('does not take %j as a host', (from) => {
    expect(accountsConfig.safeParse({ ...base, application: { ...base.application, from } }).success).toBe(false);
  });

  test('takes no rights but those that a role may be given beside its own', () => {
    const also = (right: string) => ({ ...base, application: { ...base.application, also: [right] } });
    expect(accountsConfig.safeParse(also('EXECUTE')).success).toBe(true);
    expect(accountsConfig.safeParse(also('SUPER')).success).toBe(false);
  });
});
