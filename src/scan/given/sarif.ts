import { isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../model/problem.ts';
import { cleanLine } from '../../model/text.ts';
import { asJson, GarbledOutput, inForm } from '../scanner.ts';
import { ofScore } from '../severity.ts';
import type { RawFinding, ScannerRun, Severity } from '../types.ts';
import {
  type SarifArtifactLocation,
  type SarifComponent,
  type SarifResult,
  type SarifRule,
  type SarifRun,
  sarifSchema,
} from './sarif-form.ts';

/** What scanners say that nobody here knows, in the form that forges read: SARIF 2.1.0. */

export interface SarifPlace {
  /** Directory that is scanned, absolute. */
  readonly directory: string;
  /** Commit that is scanned; null: not known. */
  readonly head: string | null;
}

const LONGEST = 100;
const LEVEL_SEVERITY: Readonly<Record<string, Severity>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'info',
};

/**
 * The runs of a log, each as a scanner that has or has not done its work. A log that is no SARIF, has no run, says itself that its tool
 * failed, names another commit or keeps its results in other files has not scanned: it never passes for clean. Pure.
 * `name` is the file as the configuration names it.
 */
export function sarifRuns(text: string, name: string, place: SarifPlace): readonly ScannerRun[] {
  try {
    const { runs } = inForm(sarifSchema, asJson(text));
    return runs.map((run) => asRun(run, name, place));
  } catch (error) {
    if (!(error instanceof GarbledOutput)) throw error;
    return [failed(name, name, error.message)];
  }
}

/** A log that could not be read at all. Pure. */
export function missingLog(name: string, why: string): ScannerRun {
  return failed(name, name, why);
}

function asRun(run: SarifRun, name: string, place: SarifPlace): ScannerRun {
  const { driver } = run.tool;
  const tool = toolName(run);
  try {
    believe(run, place.head);
    const findings = (run.results ?? []).flatMap((result) => asFinding(result, run, place));
    const version = driver.semanticVersion ?? driver.version ?? 'unknown';
    return { scanner: tool, subject: 'code', end: { kind: 'scanned', findings, version }, took: 0 };
  } catch (error) {
    if (!(error instanceof GarbledOutput)) throw error;
    return failed(tool, name, error.message);
  }
}

/** As it names itself; the text comes from outside. */
function toolName({ tool }: SarifRun): string {
  return cleanLine(tool.driver.name, LONGEST);
}

/** @throws GarbledOutput when the run is not one that has looked at all of this commit */
function believe(
  { invocations = [], results, externalPropertyFileReferences, versionControlProvenance = [] }: SarifRun,
  head: string | null,
): void {
  const broken = invocations.find(({ executionSuccessful }) => !executionSuccessful);
  if (broken !== undefined) {
    const said = (broken.toolExecutionNotifications ?? [])
      .map(({ message }) => message.text ?? '')
      .filter((one) => one !== '');
    throw new GarbledOutput(
      `its tool says that it failed${said.length === 0 ? '' : `: ${said.join('; ').slice(0, 200)}`}`,
    );
  }
  if ((externalPropertyFileReferences?.results ?? []).length > 0)
    throw new GarbledOutput('its results lie in other files');
  // SARIF 3.14.23: without the list the tool was not asked for results; one that found nothing has an empty list.
  if (results === undefined || results === null) throw new GarbledOutput('no list of results: the tool did not look');
  const [commit] = versionControlProvenance.flatMap(({ revisionId }) => revisionId ?? []);
  if (head !== null && commit !== undefined && !head.startsWith(commit) && !commit.startsWith(head))
    throw new GarbledOutput(`it is about commit ${commit.slice(0, 40)}, not ${head}`);
}

function asFinding(result: SarifResult, run: SarifRun, place: SarifPlace): readonly RawFinding[] {
  const { baselineState: state, kind = 'fail' } = result;
  if (state === 'absent' || kind === 'pass' || kind === 'notApplicable' || kind === 'informational') return [];
  const rule = ruleOf(result, run);
  const id = cleanLine(result.ruleId ?? result.rule?.id ?? rule?.id ?? 'unnamed', LONGEST);
  const physical = result.locations?.[0]?.physicalLocation;
  const file =
    physical?.artifactLocation === undefined ? undefined : fileOf(physical.artifactLocation, run, place.directory);
  const { startLine, startColumn } = physical?.region ?? {};
  const accepted = (result.suppressions ?? []).find(({ status = 'accepted' }) => status === 'accepted');
  // One that is neither accepted nor withdrawn counts; so does a list in which one was turned down.
  const turnedDown = (result.suppressions ?? []).some(
    ({ status }) => status === 'rejected' || status === 'underReview',
  );
  const isSuppressed = accepted !== undefined && !turnedDown;
  const message = messageOf(result, rule) || id;
  const cwe = weaknessesOf(result, rule);
  const prints = result.fingerprints ?? result.partialFingerprints ?? {};
  const identity = Object.entries(prints).toSorted(([one], [other]) => one.localeCompare(other, 'en'));
  return [
    {
      scanner: toolName(run),
      subject: 'code',
      rule: id,
      cwe,
      severity: isSuppressed ? 'info' : severityOf(result, rule),
      message: isSuppressed
        ? `let pass by its tool${accepted.justification === undefined ? '' : ` (${accepted.justification})`}: ${message}`
        : message,
      ...(file === undefined ? {} : { file }),
      ...(file === undefined || startLine === undefined ? {} : { line: startLine }),
      ...(file === undefined || startLine === undefined || startColumn === undefined ? {} : { column: startColumn }),
      ...(identity.length === 0 ? {} : { identity: JSON.stringify(identity) }),
      ...(state === 'unchanged' || state === 'updated' ? { known: true } : {}),
      ...(rule?.helpUri === undefined ? {} : { documentation: rule.helpUri }),
    },
  ];
}

/** By number in CVSS where the tool gives one, as GitHub reads it; else by its level. */
function severityOf(result: SarifResult, rule: SarifRule | undefined): Severity {
  const given = result.properties?.['security-severity'] ?? rule?.properties?.['security-severity'];
  const score = typeof given === 'string' ? Number.parseFloat(given) : given;
  if (score !== undefined && Number.isFinite(score)) return ofScore(score);
  // SARIF 3.27.10: what is no failure has no level; of a failure without one the rule's counts, then "warning".
  const kind = result.kind ?? 'fail';
  const level = result.level ?? (kind === 'fail' ? (rule?.defaultConfiguration?.level ?? 'warning') : 'note');
  return LEVEL_SEVERITY[level] ?? 'medium';
}

function ruleOf({ ruleId, ruleIndex, rule }: SarifResult, { tool }: SarifRun): SarifRule | undefined {
  const { driver, extensions = [] } = tool;
  const reference = rule?.toolComponent;
  const home: SarifComponent =
    (reference?.index === undefined ? undefined : extensions[reference.index]) ??
    extensions.find(({ name }) => name === reference?.name) ??
    driver;
  const index = rule?.index ?? ruleIndex;
  if (index !== undefined && index >= 0) return home.rules?.[index];
  const id = ruleId ?? rule?.id;
  return [home, driver, ...extensions].flatMap(({ rules = [] }) => rules).find((one) => one.id === id);
}

/** SARIF 3.11: a text, or the name of one of the rule's texts. Its placeholders stay: they are for people. */
function messageOf({ message }: SarifResult, rule: SarifRule | undefined): string {
  const named = message.id === undefined ? undefined : rule?.messageStrings?.[message.id]?.text;
  return message.text ?? named ?? rule?.shortDescription?.text ?? '';
}

/** From tags as CodeQL and Semgrep write them, and from taxa. */
function weaknessesOf(result: SarifResult, rule: SarifRule | undefined): readonly string[] {
  const tags = [...(result.properties?.tags ?? []), ...(rule?.properties?.tags ?? [])];
  const taxa = [...(result.taxa ?? []), ...(rule?.relationships ?? []).map(({ target }) => target)]
    .filter(({ toolComponent }) => toolComponent?.name === 'CWE')
    .flatMap(({ id }) => (id === undefined ? [] : [`CWE-${id.replace(/^CWE-/i, '')}`]));
  const numbers = [...tags, ...taxa].flatMap((text) => /\bcwe-0*(\d+)\b/i.exec(text)?.[1] ?? []);
  return [...new Set(numbers.map((number) => `CWE-${number}`))];
}

/** Below the directory that is scanned; undefined: it lies elsewhere, or is no file. */
function fileOf(given: SarifArtifactLocation, run: SarifRun, directory: string): string | undefined {
  const at = given.uri === undefined && given.index !== undefined ? run.artifacts?.[given.index]?.location : given;
  if (at?.uri === undefined) return undefined;
  const base = at.uriBaseId === undefined ? undefined : run.originalUriBaseIds?.[at.uriBaseId]?.uri;
  const path = pathOf(at.uri) ?? undefined;
  if (path === undefined) return undefined;
  const from = base === undefined ? undefined : pathOf(base);
  // Where the checkout lay when the tool ran does not count if this is not it.
  const absolute = isAbsolute(path)
    ? path
    : resolve(from !== undefined && isBelowDirectory(from, directory) ? from : directory, path);
  return isBelowDirectory(absolute, directory) ? relative(directory, absolute) : undefined;
}

function isBelowDirectory(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '' ? !way.startsWith('..') && !isAbsolute(way) : true;
}

function pathOf(uri: string): string | undefined {
  try {
    if (uri.startsWith('file:')) return fileURLToPath(uri);
    return /^[a-z][a-z0-9+.-]*:/i.test(uri) ? undefined : decodeURIComponent(uri);
  } catch {
    return undefined;
  }
}

function failed(scanner: string, file: string, found: string): ScannerRun {
  const problem: Problem = {
    code: 'scan.bad-sarif',
    where: file,
    found,
    expected: 'a log of SARIF 2.1.0 of a tool that has done its work on this commit',
    remedy: 'run the tool again and look at how it ended; or take the file out of `scan.sarif`',
  };
  return { scanner, subject: 'code', end: { kind: 'not-scanned', problem }, took: 0 };
}
