import { expect, test } from 'vitest';
import { readPage } from '../../src/known/read.ts';

const PAGE = `---
id: index-behind
title: The search index is behind
severity: error
patterns:
  - 'index generation \\d+ is behind'
---

## Cause

It was not
built.

## Fix

Build it.

## Command

\`\`\`sh
./search-index rebuild
\`\`\`

## Seen

search 2.1:

\`\`\`text
search: index generation 41 is behind 57
\`\`\`
`;
const NAME = 'docs/known-errors/index-behind.md';

test('a page of a service is read', () => {
  expect(readPage(NAME, PAGE)).toEqual({
    ok: true,
    value: {
      error: {
        id: 'index-behind',
        title: 'The search index is behind',
        severity: 'error',
        patterns: ['index generation \\d+ is behind'],
        codes: [],
        cause: 'It was not built.',
        fix: 'Build it.',
        command: './search-index rebuild',
      },
      seen: ['search: index generation 41 is behind 57'],
    },
  });
  expect(readPage(NAME, PAGE.replaceAll('\n', '\r\n')).ok).toBe(true);
});

test.each([
  ['no front matter', PAGE.slice(4), 'no front matter'],
  ['another id', PAGE.replace('id: index-behind', 'id: other'), 'the id other'],
  ['an unknown key', PAGE.replace('title:', 'name: x\ntitle:'), 'name'],
  ['an unknown severity', PAGE.replace('severity: error', 'severity: fatal'), 'severity'],
  ['YAML that is none', PAGE.replace("  - 'index", "  - 'index: ["), ''],
  ['aliases', PAGE.replace('title: The', 'title: &a The').replace('severity: error', 'severity: *a'), ''],
  ['nothing to recognise it by', PAGE.replace(/patterns:\n.*\n/, ''), 'no pattern and no code'],
  ['a pattern that is none', PAGE.replace('\\d+ is', '(?=x) is'), 'looks around'],
  ['no cause', PAGE.replace('## Cause', '## Because'), 'cause'],
  ['no fix', PAGE.replace('## Fix', '## Mend'), 'fix'],
  ['a command without a block', PAGE.replace('```sh\n./search-index rebuild\n```', 'run it'), 'command'],
  ['a pattern that it never shows', PAGE.replace("behind'\n", "behind'\n  - 'index is gone'\n"), 'found in nothing'],
  [
    'a text that it does not recognise',
    PAGE.replace('search: index', 'search: no index').replace('41 is', '41 was'),
    'found in nothing',
  ],
  ['more than a page', `${PAGE}${'x'.repeat(20_000)}`, 'characters'],
])('%s is refused', (_what, text, found) => {
  const read = readPage(NAME, text);
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.problems.map((one) => one.found).join()).toContain(found);
});
