import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity } from '../types.ts';
import { goModules } from './go-modules.ts';

/** Unsafe Go code. https://github.com/securego/gosec */

const report = z.looseObject({
  'Golang errors': z.record(z.string(), z.array(z.looseObject({ error: z.string() }))),
  Issues: z
    .array(
      z.looseObject({
        severity: z.string(),
        confidence: z.string(),
        cwe: z.looseObject({ id: z.string() }).nullish(),
        rule_id: z.string(),
        details: z.string(),
        file: z.string(),
        line: z.string(),
        column: z.string(),
      }),
    )
    .nullable(),
  Stats: z.looseObject({ files: z.number() }),
});

export const gosec: Scanner = {
  id: 'gosec',
  subject: 'code',
  program: 'gosec',
  version: ['gosec', '-version'],
  install: 'install gosec, for instance by `go install github.com/securego/gosec/v2/cmd/gosec@v2.22.4`',
  network: () => false,
  variables: ['GOPATH', 'GOMODCACHE', 'GOCACHE', 'GOROOT', 'GOFLAGS', 'GOTOOLCHAIN'],
  calls: (tree): readonly Call[] =>
    goModules(tree.files).map(({ directory, packages }) => ({
      // Words in the code do not switch it off. By name: its own `./...` goes into other modules too, whose imports it cannot find from here.
      argv: ['gosec', '-fmt', 'json', '-no-fail', '-nosec', ...packages],
      directory,
      at: directory,
    })),
  read: (result, { at }, tree) => {
    endedWith(result, [0]);
    const { Issues, Stats, 'Golang errors': errors } = inForm(report, asJson(result.stdout));
    const [broken] = Object.entries(errors);
    if (broken !== undefined)
      throw new GarbledOutput(`the code cannot be read: ${broken[0]}: ${broken[1][0]?.error.slice(0, 200) ?? ''}`);
    if (Stats.files === 0) throw new GarbledOutput('no file was read');
    return (Issues ?? []).map(
      ({ severity, confidence, cwe, rule_id: rule, details, file, line, column }): RawFinding => ({
        scanner: 'gosec',
        subject: 'code',
        rule,
        ...(cwe === undefined || cwe === null ? {} : { cwe: [`CWE-${cwe.id}`] }),
        severity: severityOf(severity, confidence),
        message: details,
        file: below(file, tree, at === '.' ? undefined : at),
        // Of several lines it names the first and the last.
        line: Number.parseInt(line, 10),
        column: Number.parseInt(column, 10),
      }),
    );
  },
  support: {},
  witness: {
    'go.mod': 'module witness\n\ngo 1.22\n',
    'main.go':
      'package main\n\nimport (\n\t"crypto/tls"\n\t"net/http"\n)\n\nfunc main() {\n\thttp.DefaultTransport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}\n}\n',
  },
};

/** What it is not sure of is no reason to stop a release. */
function severityOf(severity: string, confidence: string): Severity {
  if (severity === 'HIGH') return confidence === 'HIGH' ? 'high' : 'medium';
  return severity === 'MEDIUM' && confidence !== 'LOW' ? 'medium' : 'low';
}
