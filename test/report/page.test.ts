import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clean } from '../../src/model/text.ts';
import { type Report, reportMarkdown, reportPage } from '../../src/report/index.ts';
import { code } from '../../src/report/markdown.ts';
import { html } from '../../src/report/page/escape.ts';
import { STYLE } from '../../src/report/page/style.ts';
import { journal, reportOf, wholeStory } from './fixture.ts';

/** The page and the Markdown of a report: what stands in them, and that nothing gets through. */

test('the page of a small run', async () => {
  await expect(reportPage(wholeStory()).replace(STYLE, '…')).toMatchFileSnapshot('golden/report.html');
});

test('the Markdown of a small run', async () => {
  await expect(reportMarkdown(wholeStory())).toMatchFileSnapshot('golden/report.md');
});

test('the page asks for nothing and runs nothing', () => {
  const page = reportPage(wholeStory());
  expect(page).toContain(`Content-Security-Policy" content="default-src 'none'; style-src 'sha256-`);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|url\(|@import| on\w+=| style=| src=| href=/i);
});

test('what there is nothing to say about is left out', () => {
  const plain = reportPage({ ...wholeStory(), course: null, head: { ...wholeStory().head, problems: [] } });
  expect(plain).not.toContain('Traffic and evidence');
  expect(plain).not.toContain('<h2>Problems');
  const none = reportPage({ ...wholeStory(), story: null, course: null });
  expect(none).toContain('<h2>Problems');
  expect(none).not.toContain('<h2>Steps');
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `' onmouseover='alert(1)`,
  '</style><svg onload=alert(1)>',
  '</code></details><h1>big</h1>',
  '`</code>` ``` **bold** [link](http://evil.example) ![i](http://evil.example/i.png)',
  '| a | b |\n| --- | --- |\n# head\n- item',
  '@everyone #1 http://evil.example www.evil.example <!-- hidden',
  '\u202Eright to left\u0007\u001b[31m\u2028\uD800',
  '&lt;b&gt; &amp; ]]>',
];

/** Every text of a report, hostile. */
function hostile(text: string): Report {
  const from = journal()
    .add(0, 'run.started', '', {
      procedure: { id: 'release', title: text, version: 1, inputs: {} },
      environment: text,
      who: text,
      planHash: text,
      outline: {},
      titles: { 'a/b': text },
    })
    .add(1, 'step.intent', 'a/b', {
      what: 'do',
      effects: [
        { kind: 'exec', argv: [text], okExitCodes: [0], why: text, timeoutMs: 1 },
        { kind: 'http', method: 'GET', url: text, okStatuses: [200], timeoutMs: 1 },
        { kind: 'file', path: text, content: text, mode: 0, timeoutMs: 1 },
        { kind: 'sql', dsn: text, statements: [text], timeoutMs: 1 },
        { kind: 'socket', path: text, commands: [text], okAnswer: '', timeoutMs: 1 },
      ],
      facts: '',
    })
    .add(1, 'step.failed', 'a/b', { problems: [problem(text)], final: true, refused: false })
    .add(1, 'gate.opened', 'a/c', {
      title: text,
      description: text,
      role: text,
      evidence: [{ kind: 'text', name: text, question: text }],
      guard: text,
      judged: false,
      planHash: text,
    })
    .add(1, 'gate.evidence', 'a/c', { evidence: { [text]: text }, by: text, host: text, planHash: text })
    .add(1, 'gate.override', 'a/c', { role: text, reason: text, by: text })
    .add(1, 'lease.lost', '', { why: text });
  const report = reportOf(from, {
    service: text,
    environment: text,
    version: text,
    before: text,
    status: text,
    sentence: text,
    run: text,
    problems: [problem(text)],
  });
  const { course } = wholeStory();
  if (course === null) throw new Error('no course');
  const [plot] = course.plots;
  return {
    ...report,
    facts: [{ name: text, value: text }],
    journal: [{ name: text, value: text }],
    course: {
      ...course,
      candidate: text,
      stable: text,
      plots: plot === undefined ? [] : [{ ...plot, title: text, words: text }],
      marks: [{ at: 0.5, label: text, tone: 'bad', text }],
      cuts: [{ at: 0.2, label: text }],
      judged: course.judged.map((one) => ({ ...one, share: text, verdict: text, text, candidate: text })),
      drawing: text,
      words: [text],
    },
  };
}

function problem(text: string) {
  return { code: 'a.b', where: text, found: text, expected: text, remedy: text };
}

/** Tags of a page, as a reader of HTML finds them. */
function tags(page: string): readonly string[] {
  return [
    ...new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase())),
  ].toSorted();
}

test.each(HOSTILE.map((text) => [text]))('%j gets nowhere in the page', (text) => {
  // Long values get more room.
  const page = reportPage(hostile(text)).replaceAll(' class="long"', '');
  const calm = reportPage(hostile('calm')).replaceAll(' class="long"', '');
  // The same tags as often, and the same attributes: the text has become text everywhere.
  expect(tags(page)).toEqual(tags(calm));
  const count = (of: string, pattern: RegExp): number => of.match(pattern)?.length ?? 0;
  for (const pattern of [/<[a-z/!]/gi, /="/g, /<p/g])
    expect(count(page, pattern), String(pattern)).toBe(count(calm, pattern));
  expect(page).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cn}]|(?!\n)\p{Cc}/u);
});

test('any text survives as text in HTML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(html(text)).not.toMatch(/[<>"']/);
      const back = html(text)
        .replaceAll('&#39;', "'")
        .replaceAll('&quot;', '"')
        .replaceAll('&gt;', '>')
        .replaceAll('&lt;', '<')
        .replaceAll('&amp;', '&');
      expect(back).toBe(clean(text));
    }),
  );
});

test('any text stands in one code span that nothing inside can close', () => {
  const unit = fc.constantFrom('`', '``', ' ', 'a', '\n', '|', '<b>', '\\', '*', '\u0000');
  fc.assert(
    fc.property(
      fc.array(unit).map((parts) => parts.join('')),
      (text) => {
        const span = code(text);
        if (span === '(nothing)') return;
        expect(span).not.toContain('\n');
        const fence = /^`+/.exec(span)?.[0] ?? '';
        const inside = span.slice(fence.length, -fence.length);
        expect(span.endsWith(fence)).toBe(true);
        for (const [run] of inside.matchAll(/`+/g)) expect(run.length).not.toBe(fence.length);
        if (inside.startsWith('`') || inside.endsWith('`')) throw new Error(`the fence is not apart: ${span}`);
      },
    ),
  );
});

test.each(HOSTILE.map((text) => [text]))('%j gets nowhere in the Markdown', (text) => {
  const outside = withoutCode(reportMarkdown(hostile(text)));
  expect(outside).toBe(withoutCode(reportMarkdown(hostile('calm'))));
});

/** What is left of Markdown when code is taken out, by the rules of CommonMark: the first run of backticks opens, the next of its length closes. */
function withoutCode(markdown: string): string {
  const lines: string[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const mark = /^(`{3,})(?:text)?$/.exec(line)?.[1];
    if (fence === '' && mark !== undefined) {
      fence = mark;
      continue;
    }
    if (fence !== '') {
      if (mark !== undefined && mark.length >= fence.length) fence = '';
      continue;
    }
    let rest = line;
    let kept = '';
    for (let open = /`+/.exec(rest); open !== null; open = /`+/.exec(rest)) {
      const [run] = open;
      const from = open.index + run.length;
      const close = [...rest.slice(from).matchAll(/`+/g)].find(([other]) => other.length === run.length);
      if (close === undefined) break;
      kept += `${rest.slice(0, open.index)}◻`;
      rest = rest.slice(from + close.index + run.length);
    }
    lines.push(kept + rest);
  }
  return lines.join('\n').replaceAll('**calm**', '◻');
}
