import { describe, expect, test } from 'vitest';
import { pipelineText, wrapped } from '../../../src/cli/commands/pipeline-text.ts';
import { approvalViews } from '../../../src/release/pipeline/look.ts';
import { behindOf, cameWith, type PipelineView, type StageView } from '../../../src/release/pipeline/view.ts';
import type { HistoryEntry } from '../../../src/release/record.ts';

const HOUR = 3_600_000;
const history = (...entries: readonly (readonly [hour: number, HistoryEntry['outcome'], string])[]) => ({
  history: entries.map(([hour, outcome, version], index) => ({
    version,
    outcome,
    run: `run-${index}`,
    time: new Date(hour * HOUR).toISOString(),
    who: 'ann',
    why: '',
  })),
});
const same = (one: string, other: string): boolean => one === other;

describe('how far an environment is behind', () => {
  const before = history([0, 'released', '1'], [2, 'released', '2'], [3, 'rolled-back', '3'], [4, 'released', '4']);
  test.each([
    ['nothing serves before it', null, '1', { kind: 'nothing-before' }],
    ['the same', '4', '4', { kind: 'same' }],
    ['two releases, since the first of them came', '4', '1', { kind: 'behind', releases: 2, forMs: 8 * HOUR }],
    ['one release', '4', '2', { kind: 'behind', releases: 1, forMs: 6 * HOUR }],
    ['nothing here: all that ever came', '4', null, { kind: 'behind', releases: 3, forMs: 10 * HOUR }],
    [
      'it is ahead: what was gone back from there still serves here',
      '2',
      '4',
      { kind: 'behind', releases: 1, forMs: 8 * HOUR },
    ],
  ] as const)('%s', (_name, there, here, behind) => {
    expect(behindOf(before, there, here, same, 10 * HOUR)).toEqual(behind);
  });

  test('the newest time that a version came counts', () => {
    expect(cameWith(history([0, 'released', '1'], [1, 'released', '2'], [2, 'went-back-to', '1']), '1')?.run).toBe(
      'run-2',
    );
    expect(cameWith(history([0, 'rolled-back', '1']), '1')).toBeUndefined();
  });
});

describe('what approval and window ask', () => {
  const windows = {
    timeZone: 'UTC',
    open: [],
    freezes: [{ from: '2026-12-20T00:00', until: '2026-12-27T00:00', why: 'year end' }],
  };
  test('by the rules of the policy', () => {
    expect(approvalViews({ approval: null, approvals: 1, windows: null }, 0)).toEqual([]);
    expect(approvalViews({ approval: 'approver', approvals: 2, windows }, 0)).toEqual([
      { gate: 'approval', state: 'asks', text: '2 persons with the role approver' },
      { gate: 'window', state: 'met', text: 'open' },
    ]);
    expect(approvalViews({ approval: null, approvals: 1, windows }, Date.UTC(2026, 11, 24))).toEqual([
      {
        gate: 'window',
        state: 'waits',
        text: 'a freeze until 2026-12-27 00:00 UTC: year end; opens 2026-12-27 00:00 UTC',
      },
    ]);
  });
});

const stage = (more: Partial<StageView>): StageView => ({
  environment: 'development',
  from: null,
  serves: {
    version: '2.0.0',
    commit: 'c'.repeat(40),
    since: '2026-11-21T08:00:00.000Z',
    who: 'ann',
    verdict: 'not worse',
  },
  behind: null,
  next: null,
  unfinished: [],
  lock: null,
  ...more,
});
const view: PipelineView = {
  service: 'shop',
  at: '2026-11-21T09:00:00.000Z',
  environments: [
    stage({}),
    stage({
      environment: 'production',
      from: 'development',
      serves: null,
      behind: { kind: 'behind', releases: 2, commits: 5, forMs: 3_700_000 },
      next: {
        version: '2.0.0',
        gates: [
          { gate: 'soak', state: 'waits', text: 'it has served development for 1h; expected 1d' },
          { gate: 'parity', state: 'met', text: `one${'-'.repeat(120)}two` },
          { gate: 'approval', state: 'asks', text: '1 person with the role approver' },
        ],
      },
      unfinished: [
        { run: 'r9', title: 'Release shop 2.0.0 to production', state: 'waiting', gates: ['release/approval'] },
      ],
      lock: { by: 'ann', reason: 'repairs', time: '2026-11-21T08:30:00.000Z' },
    }),
  ],
  quarantine: [
    {
      digest: `sha256:${'a'.repeat(64)}`,
      component: 'api',
      version: '1.9.0',
      environment: 'development',
      since: '2026-11-20T08:30:00.000Z',
      cause: 'it was rolled back',
      run: 'r1',
      why: 'w',
    },
  ],
  problems: [{ code: 'x.y', where: 'production', found: 'no answer', expected: 'one', remedy: 'r' }],
};

describe('the view on a terminal', () => {
  test('fits into 80 columns and less, and loses no word', () => {
    for (const columns of [undefined, 80, 50, 200]) {
      const lines = pipelineText(view, { terminal: false, env: {}, columns }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns ?? 80);
      const all = lines.join('').replaceAll(' ', '');
      expect(all).toContain('a'.repeat(64));
      expect(all).toContain('-'.repeat(120));
    }
  });

  test('says each thing in its place', () => {
    expect(pipelineText(view, { terminal: false, env: {}, columns: 200 })).toBe(
      [
        'shop',
        '',
        'development',
        '  2.0.0, commit cccccccccccc',
        '  since 2026-11-21 08:00Z by ann: not worse',
        '',
        '    to production: 2 releases, 5 commits behind, for 1h1m',
        '      waits   soak: it has served development for 1h; expected 1d',
        `      met     parity: one${'-'.repeat(120)}two`,
        '      asks    approval: 1 person with the role approver',
        'production',
        '  nothing serves',
        '  locked by ann since 2026-11-21 08:30Z: repairs',
        '  unfinished: Release shop 2.0.0 to production (waiting), run r9',
        '    open: release/approval',
        '    shiplock gate show r9; shiplock status production',
        '',
        'In quarantine',
        '  api 1.9.0: it was rolled back in development at 2026-11-20 08:30Z',
        `    sha256:${'a'.repeat(64)}`,
        'production: no answer',
      ].join('\n'),
    );
  });

  test('colours stand on a terminal only', () => {
    expect(pipelineText(view, { terminal: false, env: {}, columns: 80 })).not.toContain('\u001b');
    expect(pipelineText(view, { terminal: true, env: { NO_COLOR: '1' }, columns: 80 })).not.toContain('\u001b');
    expect(pipelineText(view, { terminal: true, env: {}, columns: 80 })).toContain('\u001b');
  });

  test('a word that is too long is cut, nothing is lost', () => {
    const lines = wrapped(`${'x'.repeat(100)} y`, 4, 40);
    expect(lines.every((line) => line.length <= 40)).toBe(true);
    expect(lines.join('').replaceAll(' ', '')).toBe(`${'x'.repeat(100)}y`);
  });
});
