import type { RawFinding, Severity, Tree } from '../types.ts';
import { type BuiltInSettings, namedFiles, textOf } from './builtin.ts';
import { lockFinding } from './lock-npm.ts';

/** Settings of npm in the repository: they hold for everybody who works in it, the pipeline too. https://docs.npmjs.com/cli/v11/using-npm/config */

interface Rule {
  readonly rule: string;
  readonly severity: Severity;
  /** Null: this value is all right. */
  wrong(key: string, value: string, registries: readonly string[]): string | null;
  readonly remedy: string;
}

const OFF = /^(?:false|0|no)$/i;

const RULES: readonly Rule[] = [
  {
    rule: 'npmrc-registry',
    severity: 'high',
    wrong: (key, value, registries) => {
      if (key !== 'registry' && !/^@[^:]+:registry$/.test(key)) return null;
      if (!URL.canParse(value)) return null;
      const { protocol, host } = new URL(value);
      if (protocol === 'http:') return `packages come from ${host} over http, which anybody on the way can change`;
      return registries.includes(host) ? null : `packages come from ${host}`;
    },
    remedy: 'take the line out, or add the host to `scan.registries`',
  },
  {
    rule: 'npmrc-tls',
    severity: 'high',
    wrong: (key, value) =>
      key === 'strict-ssl' && OFF.test(value) ? 'whoever answers is taken for the registry' : null,
    remedy: 'take the line out; a registry with a certificate of your own is named by `cafile`',
  },
  {
    rule: 'npmrc-program',
    severity: 'high',
    // npm starts these programs itself, whatever ignore-scripts says.
    wrong: (key, value) =>
      ['git', 'script-shell', 'shell', 'node-options', 'onload-script'].includes(key) && value !== ''
        ? `npm would use \`${value}\` as its ${key}`
        : null,
    remedy: 'take the line out: who installs should choose this, not the repository',
  },
  {
    rule: 'npmrc-no-lock',
    severity: 'medium',
    wrong: (key, value) =>
      (key === 'package-lock' || key === 'shrinkwrap') && OFF.test(value) ? 'no lock file is written or read' : null,
    remedy: 'take the line out and commit package-lock.json',
  },
  {
    rule: 'npmrc-no-audit',
    severity: 'low',
    wrong: (key, value) =>
      key === 'audit' && OFF.test(value) ? 'npm does not say which packages have known faults' : null,
    remedy: 'give --no-audit where it is in the way, so that others still see it',
  },
];

/** Findings of all .npmrc files; null: there is none. Pure but for reading. */
export function npmSettings(
  tree: Tree,
  { registries }: Pick<BuiltInSettings, 'registries'>,
): readonly RawFinding[] | null {
  const files = namedFiles(tree, '.npmrc');
  if (files.length === 0) return null;
  return files.flatMap((file) =>
    textOf(tree, file)
      .split('\n')
      .flatMap((line, index) => {
        const at = line.indexOf('=');
        const key = line.slice(0, Math.max(0, at)).trim();
        if (key === '' || key.startsWith('#') || key.startsWith(';')) return [];
        const plain = line
          .slice(at + 1)
          .trim()
          .replaceAll(/^["']|["']$/g, '');
        return RULES.flatMap(({ rule, severity, wrong, remedy }) => {
          const words = wrong(key.toLowerCase(), plain, registries);
          return words === null ? [] : [lockFinding(rule, severity, file, words, remedy, { line: index + 1 })];
        });
      }),
  );
}
