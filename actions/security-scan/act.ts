import { resolve } from 'node:path';
import { EXIT } from '../../src/model/exit.ts';
import { scanHere } from '../../src/release/scan/here.ts';
import { findingsIn } from '../../src/release/scan/working-copy.ts';
import { scanMarkdown } from '../../src/scan/result.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { withSarif } from '../shared/sarif.ts';
import type { securityScan } from './definition.ts';

type Outputs = keyof OutputsOf<typeof securityScan>;

/** GitHub shows so many annotations of a step and drops the rest; those that fail come first. */
const MOST_ANNOTATIONS = 10;

/** Scans what is checked out: an annotation at what is new, everything in the summary and in the file. */
export function act(inputs: InputsOf<typeof securityScan>, job: Job): Promise<Done<Outputs>> {
  return withSarif(job, inputs.sarif, () => look(inputs, job), 'the scan');
}

async function look(inputs: InputsOf<typeof securityScan>, job: Job) {
  const { config, base, scanners, install, sarif } = inputs;
  const { result, directory } = await scanHere(job.door({ config, state: '.shiplock/state' }, false), {
    ...{ base, scanners, install, failOn: inputs['fail-on'], tell: job.info },
  });
  const { verdict, findings, faults, notScanned } = result;
  const fresh = findings.filter(({ isNew, level }) => isNew !== false && level !== 'note');
  const shown = ['error', 'warning'].flatMap((level) => fresh.filter((one) => one.level === level));
  for (const finding of findingsIn({ findings: shown.slice(0, MOST_ANNOTATIONS), faults }, directory))
    job.annotate(finding);
  const errors = findings.filter(({ level }) => level === 'error').length + faults.length;
  return {
    exit: verdict === 'clean' ? EXIT.done : EXIT.failed,
    problems: notScanned,
    findings: findingsIn(result, directory),
    sentence: `${SAID[verdict]}: ${errors} that fail, ${notScanned.length} scanners that did not do their work`,
    outputs: {
      verdict,
      findings: String(errors),
      new: base === undefined ? '' : String(findings.filter(({ isNew }) => isNew === true).length),
      sarif: sarif === undefined ? '' : resolve(sarif),
    },
    summary: `## Security scan\n\n${scanMarkdown(result)}`,
  };
}

const SAID = { clean: 'clean', findings: 'findings', 'not-scanned': 'not scanned' } as const;
