import { basename } from 'node:path';
import type { Json } from '../../model/json.ts';
import { type ScanPage, type ScanPageFinding, scanPage } from '../../report/index.ts';
import {
  COUNTED_SEVERITIES,
  cycloneDxDocument,
  type JudgedFinding,
  openVexDocument,
  type ScanFinding,
  type ScanResult,
  type TrendDay,
  type VexAbout,
} from '../../scan/index.ts';

/** A scan in the forms that others read: a page for people, documents of VEX for tools. */

export interface ScanAbout extends VexAbout {
  readonly directory: string;
  readonly trend: readonly TrendDay[];
}

/** Days that a page shows. */
const DAYS = 30;

/** The page. Pure. */
export function scanHtml(result: ScanResult, about: ScanAbout): string {
  const { findings, waived, faults, notScanned, warnings, runs, verdict } = result;
  const of = (level: JudgedFinding['level']): readonly ScanPageFinding[] =>
    findings.filter((one) => one.level === level).map(asCard);
  const errors = of('error');
  const mend = faults.map(
    ({ waiver, why }): ScanPageFinding => ({
      title: `the waiver of ${waiver.id} ${why === 'over' ? `ended on ${waiver.until}` : 'is needed by nothing'}`,
      place: waiver.file ?? 'scan.waivers',
      tone: 'bad',
      facts: [{ name: 'what to do', value: 'take it out of `scan.waivers`, or mend what it is for' }],
    }),
  );
  const page: ScanPage = {
    service: about.service,
    status: { clean: 'clean', findings: 'findings', 'not-scanned': 'not scanned' }[verdict],
    tone: verdict === 'clean' ? 'good' : 'bad',
    sentence: sentenceOf(result),
    at: about.now,
    facts: [
      { name: 'fails', value: String(errors.length + mend.length) },
      { name: 'warnings', value: String(of('warning').length) },
      { name: 'notes', value: String(of('note').length) },
      { name: 'waived', value: String(waived.length) },
      { name: 'commit', value: about.commit?.slice(0, 12) ?? 'none' },
      { name: 'directory', value: basename(about.directory) },
    ],
    notScanned,
    warnings,
    sections: [
      { title: 'Fails', findings: [...mend, ...errors] },
      { title: 'Warnings', findings: of('warning') },
      {
        title: 'Waived',
        findings: waived.map(({ finding, waiver }) => {
          const card = asCard({ finding, level: 'note', isNew: null });
          const by = { name: 'waived', value: `by ${waiver.owner} until ${waiver.until}: ${waiver.reason}` };
          return { ...card, facts: [by, ...card.facts] };
        }),
      },
      { title: 'Notes', findings: of('note') },
    ],
    scanners: runs
      .filter(({ end }) => end.kind !== 'off')
      .map(({ scanner, end }) => ({
        name: scanner,
        value:
          end.kind === 'scanned'
            ? `${end.version}, ${end.findings.length} said`
            : end.kind === 'nothing-there'
              ? 'nothing for it here'
              : 'not scanned',
      })),
    trend: about.trend.slice(-DAYS).map(({ day, open, appeared, gone }) => ({
      day,
      open: COUNTED_SEVERITIES.map((severity) => open[severity]),
      change: appeared === null || gone === null ? null : { appeared: sum(appeared), gone: sum(gone) },
    })),
  };
  return scanPage(page);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function sentenceOf({ verdict, findings, faults, notScanned }: ScanResult): string {
  if (verdict === 'not-scanned')
    return `Nobody knows: ${notScanned.map(({ where }) => where).join(', ')} could not do the work.`;
  if (verdict === 'clean') return 'Nothing that was found stops a release.';
  const count = findings.filter(({ level }) => level === 'error').length + faults.length;
  return `${count} ${count === 1 ? 'thing stops' : 'things stop'} a release.`;
}

function asCard({ finding, level, isNew }: JudgedFinding): ScanPageFinding {
  const { rule, message, file, line, commit, severity, scanners, remedy, documentation, fingerprint } = finding;
  const place = [file ?? 'whole repository', line].filter((part) => part !== undefined).join(':');
  return {
    title: `${rule}: ${message}`,
    place: commit === undefined ? place : `${place} in commit ${commit.slice(0, 12)}`,
    tone: level === 'error' ? 'bad' : level === 'warning' ? 'waiting' : 'plain',
    facts: [
      { name: 'severity', value: severity },
      { name: 'by', value: scanners.join(', ') },
      ...worthOf(finding).map(([name, value]) => ({ name, value })),
      ...(isNew === null ? [] : [{ name: 'new', value: isNew ? 'yes' : 'no, the base has it' }]),
      ...(remedy === undefined ? [] : [{ name: 'what to do', value: remedy }]),
      ...(documentation === undefined ? [] : [{ name: 'more', value: documentation }]),
      { name: 'fingerprint', value: fingerprint },
    ],
  };
}

/** What is known of a finding beside what it is: is it called, exploited, and what is said of it. Pure. */
export function worthOf({ reach, exploitability, vex }: ScanFinding): readonly (readonly [string, string])[] {
  const { kev, epss } = exploitability ?? {};
  return [
    ...(reach === undefined
      ? []
      : [['reach', reach === 'called' ? 'it is called' : 'it is there, nothing calls it'] as const]),
    ...(kev === undefined
      ? []
      : [['exploited', `in CISA's catalogue since ${kev.added}${kev.ransom ? ', for ransom' : ''}`] as const]),
    ...(epss === undefined ? [] : [['EPSS', `${(epss * 100).toFixed(1)} % within 30 days`] as const]),
    ...(vex === undefined
      ? []
      : [
          [
            'VEX',
            `${vex.author} in ${vex.file}: ${vex.status.replaceAll('_', ' ')}${vex.justification === undefined ? '' : `, ${vex.justification.replaceAll('_', ' ')}`}${vex.note === undefined ? '' : ` (${vex.note})`}`,
          ] as const,
        ]),
  ];
}

/** A VEX document; null: the form allows none, since there is no vulnerability. Pure. */
export function scanVex(form: 'openvex' | 'cyclonedx', result: ScanResult, about: VexAbout): Json {
  return form === 'openvex' ? openVexDocument(result, about) : cycloneDxDocument(result, about);
}
