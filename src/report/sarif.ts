import { isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../model/finding.ts';
import type { Json } from '../model/json.ts';
import { formatProblem, type Problem, placeOf } from '../model/problem.ts';
import { clean, cleanLine } from '../model/text.ts';

/** Findings as SARIF 2.1.0 (OASIS), the form that forges read. Pure. */

export interface SarifOptions {
  /** Version of this program. */
  readonly version: string;
  /** Directory whose files are named by their path below it: the checkout. */
  readonly root: string;
  /** What kept the linter from its work, for instance a database that does not answer. Empty: it went through. */
  readonly failures: readonly Problem[];
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LONGEST = 1_000;

/** What problems say about files, as findings; the others stay problems. */
export function findingsOf(problems: readonly Problem[]): {
  readonly findings: readonly Finding[];
  readonly others: readonly Problem[];
} {
  const findings = problems.flatMap((problem): readonly Finding[] => {
    const place = placeOf(problem.where);
    if (place === undefined) return [];
    const { code, found, expected, remedy } = problem;
    // Not the line: it moves when somebody writes above it.
    const fingerprint = `${code}:${place.file.split('/').at(-1)}:${found}`;
    return [
      { rule: code, level: 'error', message: `found ${found}; expected ${expected}`, ...place, remedy, fingerprint },
    ];
  });
  return { findings, others: problems.filter(({ where }) => placeOf(where) === undefined) };
}

/** The whole log, ready for JSON. Texts may come from files of anybody, so they are cleaned and bounded. */
export function sarifLog(findings: readonly Finding[], { version, root, failures }: SarifOptions): Json {
  const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'shiplock', version, rules: rules.map((id) => ({ id, name: id })) } },
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            toolExecutionNotifications: failures.map((problem) => ({
              level: 'error',
              descriptor: { id: problem.code },
              message: { text: clean(formatProblem(problem)).slice(0, LONGEST) },
            })),
          },
        ],
        results: findings.map((finding) => result(finding, rules, root)),
      },
    ],
  };
}

function result(finding: Finding, rules: readonly string[], root: string): Json {
  const { rule, level, message, file, remedy, fingerprint } = finding;
  const text = remedy === undefined ? message : `${message}. What to do: ${remedy}`;
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text: cleanLine(text, LONGEST) },
    locations:
      file === undefined
        ? []
        : [{ physicalLocation: { artifactLocation: addressOf(file, root), ...regionOf(finding) } }],
    partialFingerprints: { 'shiplock/v1': cleanLine(fingerprint, LONGEST) },
  };
}

function regionOf({ line, column }: Finding): { readonly region?: Readonly<Record<string, number>> } {
  if (line === undefined) return {};
  return { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
}

/** Below the checkout by its path there, else where it lies on this machine. */
function addressOf(file: string, root: string): Readonly<Record<string, string>> {
  const below = isAbsolute(file) ? relative(root, file) : file;
  if (below.startsWith('../') || isAbsolute(below)) return { uri: pathToFileURL(file).href };
  return { uri: below.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
