import { z } from 'zod';
import { secretMark } from '../fingerprint.ts';
import { asJson, below, type Call, endedWith, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding } from '../types.ts';

/** Secrets, in the files and in all commits. https://github.com/gitleaks/gitleaks */

const report = z.array(
  z.looseObject({
    RuleID: z.string().min(1),
    Description: z.string(),
    File: z.string(),
    StartLine: z.number(),
    StartColumn: z.number(),
    Secret: z.string(),
    Commit: z.string(),
  }),
);

/** A repository could switch all rules off in files of its own, or by a word in the line. */
function flags(support: string): readonly string[] {
  return [
    ...['--report-format', 'json', '--report-path', '-', '--exit-code', '0'],
    ...['--no-banner', '--no-color', '--log-level', 'error', '--ignore-gitleaks-allow'],
    ...['--config', `${support}/gitleaks.toml`, '--gitleaks-ignore-path', support],
  ];
}

export const gitleaks: Scanner = {
  id: 'gitleaks',
  subject: 'secrets',
  program: 'gitleaks',
  version: ['gitleaks', 'version'],
  install: 'install gitleaks 8.19 or newer, for instance by `go install github.com/zricethezav/gitleaks/v8@v8.30.0`',
  network: () => false,
  variables: [],
  calls: (tree, { repository, commits, support }): readonly Call[] => [
    ...(tree.files.length === 0 ? [] : [{ argv: ['gitleaks', 'dir', '.', ...flags(support)] }]),
    ...(repository === null
      ? []
      : [
          {
            argv: [
              'gitleaks',
              'git',
              repository,
              ...flags(support),
              ...(commits === null ? [] : [`--log-opts=${commits}`]),
            ],
          },
        ]),
  ],
  read: (result, _call, tree) => {
    endedWith(result, [0]);
    return inForm(report, asJson(result.stdout)).map(
      ({ RuleID, Description, File, StartLine, StartColumn, Secret, Commit }): RawFinding => ({
        scanner: 'gitleaks',
        subject: 'secrets',
        rule: RuleID,
        severity: 'critical',
        // Its description says what kind of secret it is, never the secret.
        message: Description === '' ? RuleID : Description,
        file: below(File, tree),
        ...(StartLine > 0 ? { line: StartLine } : {}),
        ...(StartColumn > 0 ? { column: StartColumn } : {}),
        ...(Commit === '' ? {} : { commit: Commit }),
        secret: secretMark(Secret),
        remedy:
          'make the secret worthless first (rotate it), then take it out of the files; a commit that has it keeps it for good',
      }),
    );
  },
  support: { 'gitleaks.toml': '[extend]\nuseDefault = true\n' },
  // Put together here, so that this file has no secret in it.
  witness: { 'key.txt': `aws_key = "${['AKIA', 'Z7QJ4XWN', '2M5TRKDH'].join('')}"\n` },
};
