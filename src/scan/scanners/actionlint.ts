import { z } from 'zod';
import { asJson, below, type Call, endedWith, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding } from '../types.ts';

/** Workflows of the forge that do not do what they say, and outside text in their scripts. https://github.com/rhysd/actionlint */

const report = z.array(
  z.looseObject({
    message: z.string(),
    filepath: z.string(),
    line: z.number(),
    column: z.number(),
    kind: z.string(),
  }),
);

/** Workflows of a repository. Pure. */
export function workflowsOf(files: readonly string[]): readonly string[] {
  return files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file));
}

/** Outside text in a script: whoever looks at workflows names it. */
export const CARELESS_WORKFLOW = {
  '.github/workflows/witness.yml':
    "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo '${{ github.event.issue.title }}'\n",
};

export const actionlint: Scanner = {
  id: 'actionlint',
  subject: 'workflows',
  program: 'actionlint',
  version: ['actionlint', '-version'],
  install: 'install actionlint, for instance by `go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12`',
  network: () => false,
  variables: [],
  calls: (tree): readonly Call[] => {
    const files = workflowsOf(tree.files);
    // Programs that it would start itself if they happen to be there are scanners of their own here.
    return files.length === 0
      ? []
      : [
          {
            argv: [
              'actionlint',
              '-no-color',
              '-shellcheck=',
              '-pyflakes=',
              '-config-file',
              '/dev/null',
              '-format',
              '{{json .}}',
              ...files,
            ],
          },
        ];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0, 1]);
    return inForm(report, asJson(result.stdout)).map(
      ({ message, filepath, line, column, kind }): RawFinding => ({
        scanner: 'actionlint',
        subject: 'workflows',
        rule: kind,
        ...(isInjection(message) ? { cwe: ['CWE-78'] } : {}),
        severity: isInjection(message) || kind === 'credentials' ? 'high' : 'medium',
        message,
        file: below(filepath, tree),
        ...(line > 0 ? { line } : {}),
        ...(column > 0 ? { column } : {}),
        ...(isInjection(message) ? { remedy: 'give the text to the script as an environment variable' } : {}),
      }),
    );
  },
  support: {},
  witness: CARELESS_WORKFLOW,
};

function isInjection(message: string): boolean {
  return message.includes('potentially untrusted');
}
