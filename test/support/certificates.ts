import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority of its own, and certificates that it signs: made by openssl, on elliptic curves, since those are made in milliseconds. */

export interface Authority {
  /** PEM file of the root. */
  readonly ca: string;
  /** Writes `chain` and `key`. Days may be negative: ended then. */
  issue(to: { readonly chain: string; readonly key: string }, how?: Partial<Issue>): void;
}

interface Issue {
  readonly names: readonly string[];
  readonly days: number;
  /** Hexadecimal. */
  readonly serial: string;
  /** The key that is there stays. */
  readonly keepKey: boolean;
}

export function makeAuthority(dir: string): Authority {
  mkdirSync(dir, { recursive: true });
  const file = (name: string): string => join(dir, name);
  const openssl = (...argv: readonly string[]): unknown => execFileSync('openssl', argv, { stdio: 'pipe' });
  const key = (to: string): unknown =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', to);
  const extensions = (name: string, lines: readonly string[]): string => {
    writeFileSync(file(name), `${lines.join('\n')}\n`);
    return file(name);
  };
  key(file('root.key'));
  openssl(
    'req',
    '-x509',
    '-key',
    file('root.key'),
    '-subj',
    '/CN=Test root',
    '-days',
    '3650',
    '-out',
    file('root.pem'),
  );
  key(file('between.key'));
  const authority = extensions('authority.ext', ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
  const request = (subject: string, own: string): void =>
    void openssl('req', '-new', '-key', own, '-subj', subject, '-out', file('request'));
  const sign = (by: string, ext: string, days: number, serial: string, out: string): void =>
    void openssl(
      ...['x509', '-req', '-in', file('request'), '-CA', file(`${by}.pem`), '-CAkey', file(`${by}.key`)],
      ...['-set_serial', `0x${serial}`, '-days', String(days), '-extfile', ext, '-out', out],
    );
  request('/CN=Test authority', file('between.key'));
  sign('root', authority, 3650, '01', file('between.pem'));
  return {
    ca: file('root.pem'),
    issue(to, { names = ['shop.test'], days = 90, serial = '0a', keepKey = false } = {}) {
      if (!keepKey) key(to.key);
      request(`/CN=${names[0] ?? ''}`, to.key);
      const ext = extensions('leaf.ext', [
        `subjectAltName=${names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',')}`,
      ]);
      sign('between', ext, days, serial, file('leaf.pem'));
      writeFileSync(to.chain, readFileSync(file('leaf.pem'), 'utf8') + readFileSync(file('between.pem'), 'utf8'));
    },
  };
}
