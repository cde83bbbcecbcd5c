import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { explainFinding, scanMarkdown } from '../../src/scan/index.ts';
import { matches } from '../../src/scan/waivers.ts';
import { finding } from '../release/scan/sample.ts';

const waiverSchema = z.object({
  scan: z.object({
    waivers: z.tuple([
      z.object({
        id: z.string(),
        package: z.string().exactOptional(),
        until: z.string(),
        owner: z.null(),
        reason: z.null(),
      }),
    ]),
  }),
});

const vulnerable = finding({
  subject: 'dependencies',
  rule: 'GO-2026-1234',
  aliases: ['CVE-2026-1'],
  scanners: ['govulncheck'],
  package: { ecosystem: 'Go', name: 'golang.org/x/net', version: 'v0.1.0', fixed: 'v0.2.0' },
  reach: 'present',
});

test.each([
  ['a place in the code', finding()],
  ['a vulnerable package', vulnerable],
  ['a rule with a name that YAML would read otherwise', finding({ rule: 'no: "quotes"', fingerprint: '1'.repeat(24) })],
])('the waiver that is written lets exactly that pass, once somebody answers for it: %s', (_name, one) => {
  const text = explainFinding(one, '2026-12-22').waiver;
  const [read] = waiverSchema.parse(parse(text)).scan.waivers;
  const waiver = { ...read, owner: 'anna', reason: 'x' };
  expect(matches(waiver, one)).toBe(true);
  expect(matches(waiver, { ...one, fingerprint: 'f'.repeat(24), rule: 'other', aliases: [] })).toBe(false);
  // Nobody passes it by only pasting it: owner and reason are empty, which the configuration refuses.
  expect(read).toMatchObject({ until: '2026-12-22', owner: null, reason: null });
});

test('why it matters, whether it can be reached, and how to mend it', () => {
  expect(explainFinding(vulnerable, '2026-12-22')).toMatchObject({
    place: 'api/main.go:12',
    reach: 'it is there, and no call of what is vulnerable was found',
    mend: 'raise golang.org/x/net from v0.1.0 to v0.2.0 or newer',
  });
  expect(explainFinding({ ...vulnerable, reach: 'called' }, 'x').reach).toBe('the service calls what is vulnerable');
  const secret = explainFinding(finding({ subject: 'secrets', commit: 'c'.repeat(40) }), 'x');
  expect(secret.place).toBe(`api/main.go:12 in commit ${'c'.repeat(12)}`);
  expect(secret.matters).toContain('made worthless');
  expect(secret.mend).toContain('revoke it');
  expect(secret.reach).toBeNull();
});

test('Markdown: new first, and no text of a finding becomes markup', () => {
  const judged = [
    { finding: finding({ message: 'old' }), level: 'error' as const, isNew: false },
    { finding: finding({ message: 'note' }), level: 'note' as const, isNew: true },
    { finding: finding({ message: '`|</td>@mia [x](y)' }), level: 'warning' as const, isNew: true },
  ];
  const text = scanMarkdown({
    verdict: 'findings',
    findings: judged,
    waived: [],
    faults: [],
    notScanned: [],
    runs: [],
    warnings: [],
  });
  expect(text.indexOf('</td>')).toBeLessThan(text.indexOf('old'));
  expect(text).toContain('| new, warning | high |');
  expect(text).not.toContain('`note`');
  // The fence is longer than what is inside, and the table keeps its columns.
  expect(text).toContain('`` `\\|</td>@mia [x](y) ``');
  expect(text).toContain('Scanned by nobody');
});
