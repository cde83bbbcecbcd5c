import type { GenerateConfig } from '../../src/migrate/generate/config.ts';

/** Tables with every kind of key and nearly every type, for made-up rows. */

export function generateTables(engine: 'mariadb' | 'mysql'): readonly string[] {
  const own =
    engine === 'mysql'
      ? [
          'place POINT NOT NULL SRID 4326, shape GEOMETRY NULL, up VARCHAR(40) AS (UPPER(label)) VIRTUAL, seen_on DATE DEFAULT (CURRENT_DATE)',
        ]
      : [
          'place POINT NOT NULL, shape GEOMETRY NULL, up VARCHAR(40) AS (UPPER(label)) PERSISTENT, u UUID NOT NULL, i6 INET6 NULL',
        ];
  return [
    'CREATE TABLE roles (code CHAR(8) PRIMARY KEY, label VARCHAR(20) NOT NULL)',
    'CREATE TABLE tenants (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL, slug VARCHAR(20) NOT NULL UNIQUE)',
    `CREATE TABLE users (tenant_id INT UNSIGNED NOT NULL, id INT UNSIGNED NOT NULL, email VARCHAR(80) NOT NULL, name VARCHAR(40) NULL,
      role CHAR(8) NOT NULL, age TINYINT UNSIGNED NULL, boss INT UNSIGNED NULL, token BINARY(16) NOT NULL, created_at DATETIME(3) NOT NULL, updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (tenant_id, id), UNIQUE KEY by_email (email(12)), UNIQUE KEY by_token (token),
      FOREIGN KEY (tenant_id) REFERENCES tenants (id), FOREIGN KEY (role) REFERENCES roles (code),
      FOREIGN KEY (tenant_id, boss) REFERENCES users (tenant_id, id),
      CONSTRAINT adult CHECK (age >= 18 AND age < 120), CONSTRAINT named CHECK (name IS NULL OR CHAR_LENGTH(name) > 2))`,
    // A cycle: each tenant has a main account, each account a tenant.
    `CREATE TABLE accounts (id BIGINT AUTO_INCREMENT PRIMARY KEY, tenant_id INT UNSIGNED NOT NULL, owner_id INT UNSIGNED NOT NULL, kind ENUM('a','b''s','c') NOT NULL,
      balance DECIMAL(12,4) NOT NULL, FOREIGN KEY (tenant_id, owner_id) REFERENCES users (tenant_id, id), CHECK (balance BETWEEN 10 AND 20.5), CHECK (kind IN ('a','c')))`,
    'ALTER TABLE tenants ADD COLUMN main_account BIGINT NULL, ADD FOREIGN KEY (main_account) REFERENCES accounts (id)',
    `CREATE TABLE members (account_id BIGINT NOT NULL, tenant_id INT UNSIGNED NOT NULL, PRIMARY KEY (account_id, tenant_id),
      FOREIGN KEY (account_id) REFERENCES accounts (id), FOREIGN KEY (tenant_id) REFERENCES tenants (id))`,
    'CREATE TABLE lines_of (account_id BIGINT NOT NULL, line SMALLINT NOT NULL, text_of TEXT, PRIMARY KEY (account_id, line), FOREIGN KEY (account_id) REFERENCES accounts (id))',
    'CREATE TABLE profiles (account_id BIGINT PRIMARY KEY, bio TEXT, FOREIGN KEY (account_id) REFERENCES accounts (id))',
    'CREATE TABLE few (id TINYINT PRIMARY KEY, flag BOOLEAN NOT NULL)',
    `CREATE TABLE \`odd \`\`all\` (id INT AUTO_INCREMENT PRIMARY KEY, label VARCHAR(40) NOT NULL, a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d BIGINT UNSIGNED, e DECIMAL(5,0), f FLOAT, g DOUBLE(8,2),
      h BIT(10), i YEAR, j DATE, k TIME(2), l TIMESTAMP(6) NULL, m CHAR(3) CHARACTER SET ascii, n MEDIUMTEXT, o VARBINARY(5), p LONGBLOB, q SET('x','y','z'), r JSON, valid_from DATE NOT NULL, valid_to DATE NOT NULL, CHECK (valid_from < valid_to), ${own.join(', ')})`,
    'CREATE TABLE old_style (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(30) NOT NULL UNIQUE) ENGINE=MyISAM',
  ];
}

export const generateSettings: GenerateConfig = {
  rows: 400,
  seed: 'a seed',
  tables: {
    roles: 'keep',
    tenants: { rows: 20, columns: {} },
    users: { columns: { created_at: { min: '2020-01-01', max: '2020-12-31' } } },
    few: { rows: 300, columns: {} },
    'odd `all': { columns: { label: { values: ['red', 'green'], skew: 3 }, a: { null: 0.5 } } },
  },
};
