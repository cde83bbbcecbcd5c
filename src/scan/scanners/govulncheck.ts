import { z } from 'zod';
import { asJson, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding } from '../types.ts';
import { goModules } from './go-modules.ts';

/** Vulnerable Go modules, and whether their vulnerable functions are called. https://go.dev/doc/security/vuln */

const frame = z.looseObject({
  module: z.string(),
  version: z.string().optional(),
  package: z.string().optional(),
  function: z.string().optional(),
  position: z.looseObject({ filename: z.string(), line: z.number() }).optional(),
});
const message = z.looseObject({
  config: z.looseObject({ scanner_name: z.string(), db_last_modified: z.string().optional() }).optional(),
  osv: z
    .looseObject({ id: z.string(), aliases: z.array(z.string()).optional(), summary: z.string().optional() })
    .optional(),
  finding: z
    .looseObject({ osv: z.string(), fixed_version: z.string().optional(), trace: z.array(frame).min(1) })
    .optional(),
});
type Message = z.infer<typeof message>;
type VulnFinding = NonNullable<Message['finding']>;

export const govulncheck: Scanner = {
  id: 'govulncheck',
  subject: 'dependencies',
  program: 'govulncheck',
  version: ['govulncheck', '-version'],
  install: 'install govulncheck, for instance by `go install golang.org/x/vuln/cmd/govulncheck@v1.1.4`',
  network: ({ vulnerabilities }) => vulnerabilities === null,
  variables: ['GOPATH', 'GOMODCACHE', 'GOCACHE', 'GOROOT', 'GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOFLAGS', 'GOTOOLCHAIN'],
  calls: (tree, { vulnerabilities }): readonly Call[] =>
    goModules(tree.files).map(({ directory }) => ({
      argv: [
        'govulncheck',
        ...['-format', 'json'],
        ...(vulnerabilities === null ? [] : ['-db', `file://${vulnerabilities}`]),
        './...',
      ],
      directory,
      at: directory,
    })),
  read: (result, { at = '.' }) => {
    endedWith(result, [0]);
    const messages = objectsIn(result.stdout).map((text) => inForm(message, asJson(text)));
    if (!messages.some(({ config }) => config !== undefined)) throw new GarbledOutput('no word of its configuration');
    const about = new Map(messages.flatMap(({ osv }) => (osv === undefined ? [] : [[osv.id, osv] as const])));
    const worst = new Map<string, VulnFinding>();
    for (const { finding } of messages) {
      if (finding === undefined) continue;
      const key = `${finding.osv} ${finding.trace[0]?.module ?? ''}`;
      const before = worst.get(key);
      if (before === undefined || depth(finding) > depth(before)) worst.set(key, finding);
    }
    return [...worst.values()].map((finding) => said(finding, about.get(finding.osv), at));
  },
  // A whole module and a database would be needed; that it read its database stands in its own first words.
  support: {},
  witness: {},
};

function said({ osv: id, fixed_version: fixed, trace }: VulnFinding, osv: Message['osv'], at: string): RawFinding {
  const [vulnerable] = trace;
  const called = vulnerable?.function !== undefined;
  // The last frame is the service's own code: where it calls.
  const from = trace.at(-1)?.position;
  const inside = called && from !== undefined && !from.filename.startsWith('/');
  const module = vulnerable?.module ?? 'unknown';
  const place = at === '.' ? '' : `${at}/`;
  const how = called ? `${vulnerable.function} is called` : 'it is there, nothing calls what is vulnerable';
  return {
    scanner: 'govulncheck',
    subject: 'dependencies',
    rule: id,
    aliases: osv?.aliases ?? [],
    severity: 'high',
    message: `${osv?.summary ?? id} (${module}: ${how})`,
    file: inside ? `${place}${from.filename}` : `${place}go.mod`,
    ...(inside ? { line: from.line } : {}),
    package: {
      ecosystem: 'Go',
      name: module,
      version: vulnerable?.version ?? 'unknown',
      ...(fixed === undefined ? {} : { fixed }),
    },
    manifest: `${place}go.mod`,
    reach: called ? 'called' : 'present',
    remedy:
      fixed === undefined ? 'no version without it is known: do without the module' : `raise ${module} to ${fixed}`,
    documentation: `https://pkg.go.dev/vuln/${id}`,
  };
}

function depth({ trace: [first] }: VulnFinding): number {
  return first?.function === undefined ? (first?.package === undefined ? 0 : 1) : 2;
}

/** JSON objects one after the other, each over many lines: an object ends with a brace at the beginning of a line. Pure. */
export function objectsIn(text: string): readonly string[] {
  return text.split(/(?<=^\})\n/m).filter((part) => part.trim() !== '');
}
