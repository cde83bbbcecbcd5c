import type { ScanFinding } from './types.ts';

/** What a finding means, and what to do about it, for people who did not ask for a scanner. Pure. */

export interface Explained {
  readonly rule: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly scanners: readonly string[];
  /** `api/main.go:12`, or the whole repository. */
  readonly place: string;
  readonly message: string;
  /** Why it matters. */
  readonly matters: string;
  /** What is known about whether it can be reached; null: no scanner follows that here. */
  readonly reach: string | null;
  readonly mend: string;
  readonly documentation: string | null;
  /** YAML that lets exactly this pass for a time, to be completed by a person. */
  readonly waiver: string;
}

/** @param until last day of the waiver, YYYY-MM-DD */
export function explainFinding(finding: ScanFinding, until: string): Explained {
  const { rule, fingerprint, severity, scanners, message, documentation } = finding;
  return {
    ...{ rule, fingerprint, severity, scanners, message },
    place: placeText(finding),
    matters: `${MATTERS[finding.subject]}${finding.cwe.length === 0 ? '' : ` (${finding.cwe.join(', ')})`}`,
    reach: reachText(finding),
    mend: mendText(finding),
    documentation: documentation ?? null,
    waiver: waiverText(finding, until),
  };
}

/** Where a finding is, as problems name it. Pure. */
export function placeText({ file, line, commit }: Pick<ScanFinding, 'file' | 'line' | 'commit'>): string {
  const place = [file ?? 'whole repository', line].filter((part) => part !== undefined).join(':');
  return commit === undefined ? place : `${place} in commit ${commit.slice(0, 12)}`;
}

const MATTERS: Readonly<Record<ScanFinding['subject'], string>> = {
  secrets:
    'whoever can read the repository, now or at any time since, has it; to take it out of the file is not enough, it must be made worthless where it opens something',
  dependencies: 'a weakness that is published, in code of others that is part of what is released',
  code: 'a weakness in the code that is released',
  manifests: 'it decides what the service may do in the cluster, also when it has been broken into',
  containers: 'it decides what the service may do on its host, also when it has been broken into',
  workflows: 'workflows hold tokens and secrets: who can bend one can release anything',
  licences: 'whoever passes the product on must keep to it, or may not pass it on',
  scripts: 'the script does something else than it says, for some inputs',
};

function reachText({ reach }: ScanFinding): string | null {
  if (reach === undefined) return null;
  return reach === 'called'
    ? 'the service calls what is vulnerable'
    : 'it is there, and no call of what is vulnerable was found';
}

function mendText({ remedy, package: vulnerable, subject }: ScanFinding): string {
  if (vulnerable?.fixed !== undefined)
    return `raise ${vulnerable.name} from ${vulnerable.version} to ${vulnerable.fixed} or newer`;
  if (remedy !== undefined) return remedy;
  return subject === 'secrets'
    ? 'revoke it where it is valid, then take it out of the file'
    : 'change the place that is named; the documentation of the rule says how';
}

/** A text that YAML reads back as it is. */
function quoted(text: string): string {
  return /^[A-Za-z][\w./@-]*$/.test(text) ? text : JSON.stringify(text);
}

function waiverText({ rule, fingerprint, package: vulnerable }: ScanFinding, until: string): string {
  // A vulnerability by its name and package, so that it stays waived when files move; anything else by what is only this one.
  const id =
    vulnerable === undefined
      ? [`    - id: ${quoted(fingerprint)} # ${rule.replaceAll(/\s+/g, ' ')}`]
      : [`    - id: ${quoted(rule)}`, `      package: ${quoted(vulnerable.name)}`];
  return [
    'scan:',
    '  waivers:',
    ...id,
    `      until: ${until}`,
    '      owner: # a person or a role of the policy',
    '      reason: # why it may pass until then',
  ].join('\n');
}
