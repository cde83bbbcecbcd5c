import type { Problem } from '../model/problem.ts';
import { holdsPassword } from '../model/scalars.ts';
import { at, type Located } from './located.ts';

/** Names whose values are secrets by custom. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i;

/** PEM (RFC 7468), with or without a passphrase, and what OpenSSH writes. */
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/**
 * Literal secrets in the file, wherever they stand: a private key, a text with `user:password@` in it, or a variable named like a secret
 * with a plain value. The value itself is never repeated.
 */
export function literalSecrets(root: Located, file: string): readonly Problem[] {
  const problems: Problem[] = [];
  const visit = (node: Located, path: readonly string[]): void => {
    if (node.kind === 'map') for (const [key, child] of node.entries) visit(child, [...path, key]);
    else if (node.kind === 'list') for (const child of node.items) visit(child, path);
    else if (typeof node.value === 'string') {
      const name = path.at(-1) ?? '';
      const variable = name === 'dsn' ? 'DATABASE_DSN' : name;
      if (PRIVATE_KEY.test(node.value)) problems.push(privateKey(at(file, node.at), name));
      else if (holdsPassword(node.value))
        problems.push(
          password(at(file, node.at), name, path.at(-2) === 'env' || name === 'dsn' ? variable : undefined),
        );
      else if (path.at(-2) === 'env' && SECRET_NAME.test(name) && node.value !== '')
        problems.push(secretValue(at(file, node.at), name));
    }
  };
  visit(root, []);
  return problems;
}

function password(where: string, name: string, variable: string | undefined): Problem {
  return {
    code: 'config.password-in-text',
    where,
    found: `a text with a password in it under \`${name}\``,
    expected:
      variable === undefined ? 'an address without user and password' : 'a reference to where the secret is kept',
    remedy:
      variable === undefined
        ? 'take user and password out of the address, and change the password: it was in a file'
        : `write \`${name}: { secret: env:${variable} }\`, put the value into that variable, and change the password: it was in a file`,
  };
}

function privateKey(where: string, name: string): Problem {
  return {
    code: 'config.private-key-in-text',
    where,
    found: `a private key under \`${name}\``,
    expected: 'a public key, or a reference to where the private one is kept',
    remedy: 'write the public half, or `{ secret: env:NAME }`; and make a new key: this one was in a file',
  };
}

function secretValue(where: string, name: string): Problem {
  return {
    code: 'config.secret-in-text',
    where,
    found: `a plain value for \`${name}\``,
    expected: 'a reference to where the secret is kept',
    remedy: `write \`${name}: { secret: env:${name} }\`, and change the secret: it was in a file`,
  };
}
