import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity } from '../types.ts';

/** Code by rules of one's own choice. https://semgrep.dev/docs/writing-rules/rule-syntax */

/** `TYPE`, or `[TYPE, details]`. */
const errorType = z.union([z.string(), z.tuple([z.string()], z.unknown())]);
const report = z.looseObject({
  version: z.string(),
  results: z.array(
    z.looseObject({
      check_id: z.string(),
      path: z.string(),
      start: z.looseObject({ line: z.number(), col: z.number() }),
      extra: z.looseObject({
        message: z.string(),
        severity: z.string(),
        metadata: z
          .looseObject({
            cwe: z.union([z.string(), z.array(z.string())]).optional(),
            confidence: z.string().optional(),
            references: z.array(z.string()).optional(),
          })
          .optional(),
      }),
    }),
  ),
  errors: z.array(
    z.looseObject({
      level: z.string(),
      type: errorType,
      message: z.string(),
      path: z.string().optional(),
      spans: z.array(z.looseObject({ start: z.looseObject({ line: z.number() }) })).optional(),
    }),
  ),
  paths: z.looseObject({ scanned: z.array(z.string()) }),
  time: z.looseObject({ rules: z.array(z.string()) }),
});

/** Older and newer names of the same: https://semgrep.dev/docs/writing-rules/rule-syntax#severity */
const SEVERITY: Readonly<Record<string, Severity>> = {
  ...{ CRITICAL: 'critical', HIGH: 'high', ERROR: 'high', MEDIUM: 'medium', WARNING: 'medium' },
  ...{ LOW: 'low', INFO: 'low', INVENTORY: 'info', EXPERIMENT: 'info' },
};

/** Part of a file that it could not read; it has read the rest. Any other error means that a rule or a file was left out. */
const PARTLY = 'PartialParsing';

/**
 * Ours, beside the rules of the service: it shows that rules are heeded at all. Of no language, since Semgrep leaves out rules for languages of which there is no
 * file. Nobody else has a function of this name.
 */
const OWN = 'shiplock-witness';
const OWN_CALL = 'shiplock_witness_of_semgrep';
const OWN_RULE = `rules:
  - id: ${OWN}
    languages: [regex]
    severity: ERROR
    message: put there to be found
    pattern-regex: ${OWN_CALL}[(]
`;

export const semgrep: Scanner = {
  id: 'semgrep',
  subject: 'code',
  program: 'semgrep',
  version: ['semgrep', '--version', '--experimental'],
  install: 'install Semgrep 1.100 or newer, for instance by `pip install semgrep==1.184.0`',
  network: () => false,
  variables: [],
  calls: (tree, { semgrepRules, support }): readonly Call[] =>
    semgrepRules === null || tree.files.length === 0
      ? []
      : [
          {
            argv: [
              // Without Python, which asks its registry and writes settings into the home directory.
              ...['semgrep', 'scan', '--experimental', '--metrics=off', '--disable-version-check'],
              ...['--config', semgrepRules, '--config', `${support}/witness.yaml`, '--no-rewrite-rule-ids'],
              // Neither words in the code nor files of the repository say what is looked at, and nothing is too large.
              ...['--disable-nosem', '--x-ignore-semgrepignore-files', '--no-git-ignore'],
              ...['--max-target-bytes=0', '--no-exclude-minified-files', '--timeout=60', '--timeout-threshold=1'],
              // The rules that it has read stand in the answer only with the times.
              ...['--quiet', '--json', '--time', '.'],
            ],
          },
        ],
  read: (result, _call, tree) => {
    // 7: a rule cannot be read, or there is none.
    endedWith(result, [0]);
    const { results, errors, time } = inForm(report, asJson(result.stdout));
    if (!time.rules.includes(OWN)) throw new GarbledOutput('it has not read the rule that Shiplock gave it');
    if (time.rules.every((rule) => rule === OWN))
      throw new GarbledOutput('no rule of `scan.semgrep.rules` is for a file that is here: nothing was looked for');
    const parts = errors.map(({ type, message, path, spans, level }): RawFinding => {
      const kind = typeof type === 'string' ? type : type[0];
      if (kind !== PARTLY || path === undefined)
        throw new GarbledOutput(`${level}: ${kind}: ${path ?? ''} ${message}`.replaceAll(/\s+/g, ' ').slice(0, 300));
      const line = spans?.[0]?.start.line;
      return {
        scanner: 'semgrep',
        subject: 'code',
        rule: 'semgrep-partly-read',
        severity: 'medium',
        message: 'a part of this file cannot be parsed, so nothing was looked for in it',
        file: below(path, tree),
        ...(line === undefined ? {} : { line }),
      };
    });
    const found = results.map(({ check_id: rule, path, start, extra }): RawFinding => {
      const { cwe, confidence, references } = extra.metadata ?? {};
      const severity = SEVERITY[extra.severity.toUpperCase()];
      if (severity === undefined) throw new GarbledOutput(`a severity that is not known: ${extra.severity}`);
      const weaknesses = [cwe ?? []].flat().flatMap((text) => /CWE-\d+/.exec(text)?.[0] ?? []);
      const documentation = references?.find((text) => text.startsWith('https://'));
      return {
        scanner: 'semgrep',
        subject: 'code',
        rule,
        ...(weaknesses.length === 0 ? {} : { cwe: weaknesses }),
        // What its own author is not sure of is worth a look, not a stop.
        severity: severity === 'high' && confidence?.toUpperCase() === 'LOW' ? 'medium' : severity,
        message: extra.message.trim(),
        file: below(path, tree),
        line: start.line,
        column: start.col,
        ...(documentation === undefined ? {} : { documentation }),
      };
    });
    return [...found, ...parts];
  },
  support: { 'witness.yaml': OWN_RULE },
  witness: { 'witness.py': `${OWN_CALL}(1)\n` },
};
