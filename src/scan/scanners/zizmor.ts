import { z } from 'zod';
import { asJson, below, type Call, endedWith, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity } from '../types.ts';
import { CARELESS_WORKFLOW, workflowsOf } from './actionlint.ts';

/** What makes workflows and actions unsafe. https://docs.zizmor.sh */

const location = z.looseObject({
  symbolic: z.looseObject({
    key: z.looseObject({
      // Newer versions have the first, older ones the second.
      Local: z.looseObject({ verbatim_path: z.string().optional(), given_path: z.string().optional() }).optional(),
    }),
    kind: z.string(),
  }),
  concrete: z.looseObject({
    feature: z.string(),
    location: z.looseObject({ start_point: z.looseObject({ row: z.number(), column: z.number() }) }),
  }),
});
const report = z.array(
  z.looseObject({
    ident: z.string(),
    desc: z.string(),
    url: z.string(),
    determinations: z.looseObject({ severity: z.string(), confidence: z.string(), persona: z.string().optional() }),
    locations: z.array(location).min(1),
  }),
);

const SEVERITY: Readonly<Record<string, Severity>> = { High: 'high', Medium: 'medium', Low: 'low' };
/** The same weakness as another scanner names it. */
const CWE: Readonly<Record<string, string>> = { 'template-injection': 'CWE-78' };

export const zizmor: Scanner = {
  id: 'zizmor',
  subject: 'workflows',
  program: 'zizmor',
  version: ['zizmor', '--version'],
  install: 'install zizmor 1.20 or newer, for instance by `pip install zizmor==1.32.0`',
  network: () => false,
  variables: [],
  calls: (tree): readonly Call[] => {
    const actions = tree.files.filter((file) => /(?:^|\/)action\.ya?ml$/.test(file));
    const files = [...workflowsOf(tree.files), ...actions];
    const flags = [
      ...['--offline', '--no-config', '--no-progress', '--color=never', '--no-exit-codes', '--format', 'json'],
      // Of what it tells only those who ask for more, one thing is wanted (`isWanted`).
      '--persona=pedantic',
    ];
    return files.length === 0 ? [] : [{ argv: ['zizmor', ...flags, ...files.map((file) => `./${file}`)] }];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0]);
    const found = inForm(report, asJson(result.stdout)).map((one) => ({ ...one, place: primary(one.locations) }));
    return found.filter(isWanted).map(({ ident, desc, url, determinations, place }): RawFinding => {
      const { row = 0, column = 0 } = place?.concrete.location.start_point ?? {};
      const local = place?.symbolic.key.Local;
      const path = local?.verbatim_path ?? local?.given_path;
      const cwe = CWE[ident];
      const sure = determinations.confidence !== 'Low';
      const severity = SEVERITY[determinations.severity] ?? 'info';
      return {
        scanner: 'zizmor',
        subject: 'workflows',
        rule: ident,
        ...(cwe === undefined ? {} : { cwe: [cwe] }),
        severity:
          severity === 'high' && !(sure && isRegular(determinations) && isUrgent(ident, place?.concrete.feature ?? ''))
            ? 'medium'
            : severity,
        message: desc,
        ...(path === undefined ? {} : { file: below(path, tree) }),
        line: row + 1,
        column: column + 1,
        documentation: url,
      };
    });
  },
  support: {},
  witness: CARELESS_WORKFLOW,
};

function primary(locations: readonly z.infer<typeof location>[]): z.infer<typeof location> | undefined {
  return locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
}

/** What it tells everybody. Versions that do not say for whom something is told tell everybody. */
function isRegular({ persona = 'Regular' }: { readonly persona?: string | undefined }): boolean {
  return persona === 'Regular';
}

/** It tells of all rights for a workflow of one job only to those who ask for more; with one job as with two, they are more than any job needs. */
function isWanted({
  ident,
  determinations,
  place,
}: {
  readonly ident: string;
  readonly determinations: { readonly persona?: string | undefined };
  readonly place: z.infer<typeof location> | undefined;
}): boolean {
  return (
    isRegular(determinations) ||
    (ident === 'excessive-permissions' && /\bwrite-all\b/.test(place?.concrete.feature ?? ''))
  );
}

/**
 * An action at a tag changes when its owner moves the tag; at a branch with every push. The first is worth a warning, and what nearly every project has
 * would make people look away.
 */
function isUrgent(ident: string, text: string): boolean {
  return ident !== 'unpinned-uses' || !/[^\s'"@]@v?\d[\w.-]*/.test(text);
}
