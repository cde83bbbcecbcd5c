import { z } from 'zod';
import { asJson, below, type Call, endedWith, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity, Tree } from '../types.ts';

/** Shell scripts that do something else than they seem to. https://www.shellcheck.net */

const report = z.looseObject({
  comments: z.array(
    z.looseObject({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      level: z.enum(['error', 'warning', 'info', 'style']),
      code: z.number(),
      message: z.string(),
    }),
  ),
});

const SEVERITY: Readonly<Record<string, Severity>> = { error: 'medium', warning: 'low' };

/** Files that a shell reads: by their name, or by their first line. Pure but for the heads. */
export function scriptsOf(tree: Tree): readonly string[] {
  return tree.files.filter((file) => {
    const name = file.split('/').at(-1) ?? '';
    if (/\.(?:sh|bash|ksh|dash)$/.test(name)) return true;
    return !name.includes('.') && /^#!\s*\S*\b(?:env\s+)?(?:ba|da|k)?sh\b/.test(tree.head(file) ?? '');
  });
}

export const shellcheck: Scanner = {
  id: 'shellcheck',
  subject: 'scripts',
  program: 'shellcheck',
  version: ['shellcheck', '--version'],
  install: 'install shellcheck, for instance from your distribution: `apt-get install shellcheck`',
  network: () => false,
  variables: [],
  calls: (tree): readonly Call[] => {
    const files = scriptsOf(tree);
    return files.length === 0
      ? []
      : [{ argv: ['shellcheck', '--norc', '-f', 'json1', ...files.map((file) => `./${file}`)] }];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0, 1]);
    return inForm(report, asJson(result.stdout)).comments.map(
      ({ file, line, column, level, code, message }): RawFinding => ({
        scanner: 'shellcheck',
        subject: 'scripts',
        rule: `SC${code}`,
        severity: SEVERITY[level] ?? 'info',
        message,
        file: below(file, tree),
        ...(line > 0 ? { line } : {}),
        ...(column > 0 ? { column } : {}),
        documentation: `https://www.shellcheck.net/wiki/SC${code}`,
      }),
    );
  },
  support: {},
  witness: { 'witness.sh': '#!/bin/sh\nrm -rf $1/*\n' },
};
