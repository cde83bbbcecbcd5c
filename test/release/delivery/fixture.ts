import { type DeliveryStory, says } from '../../support/delivery-journals.ts';

/**
 * Deliveries of two weeks, counted by hand. The window is 2 November 2026, 00:00 UTC, to 16 November, 00:00 UTC.
 *
 * | run | what happens | change? | all traffic | lead time | failed | restored |
 * | --- | --- | --- | --- | --- | --- | --- |
 * | r01 | first release, before the window | outside | 1 Nov 10:05 | | | |
 * | r02 | canary, promoted | yes | 2 Nov 09:30 | 08:00 → 09:30: 90 min | | |
 * | r03 | worse at 10 %, taken back | yes | never | | by itself, early | 09:10:00 → 09:10:20: 20 s |
 * | r04 | refused | no | | | | |
 * | r05 | stopped, resumed, promoted: once | yes | 4 Nov 10:30 | 06:00 → 10:30: 270 min | | |
 * | r07 | canary, promoted | yes | 5 Nov 09:00 | 07:00 → 09:00: 120 min | by r08 | 15:00:00 → 15:01:30: 90 s |
 * | r08 | rollback by a person from r07 | no | | | | |
 * | r09 | configuration only | yes | 6 Nov 08:45 | 08:00 → 08:45: 45 min | by r10 | 12:10 → 12:40: 1800 s |
 * | r10 | hotfix over r09 | yes | 6 Nov 12:40 | 12:00 → 12:40: 40 min | | |
 * | r11 | promoted, then its journal is torn | yes | 9 Nov 09:30 | 08:00 → 09:30: 90 min | | |
 * | r12 | in another environment | no | | | | |
 * | r13 | begins before the window, all traffic at its first moment | yes | 2 Nov 00:00 | not recorded | | |
 * | r14 | begins in the window, all traffic at its end | outside | 16 Nov 00:00 | | | |
 * | r15 | worse after all traffic, taken back | yes | 10 Nov 09:20 | 08:00 → 09:20: 80 min | by itself, late | 09:25:00 → 09:25:31: 31 s |
 * | r16 | rollback, refused | no | | | no | |
 * | r17 | failed before it had traffic | no | | | | |
 * | r18 | taken over by r19 at 10 % | yes | never | | by r19 | 09:20:00 → 09:20:45: 45 s |
 * | r19 | rollback by a person from r18 | no | | | | |
 * | r20 | its commit is younger than its deployment | yes | 13 Nov 11:00 | not known | | |
 * | r21 | a build | no | | | | |
 * | r22 | waits at a gate | not yet | | | | |
 */
export const WINDOW = { since: Date.UTC(2026, 10, 2), until: Date.UTC(2026, 10, 16) };

/** The table, added up. */
export const HAND_COUNT = {
  deployments: { n: 9, first: 0, configuration: 1, hotfix: 1, perWeek: { kind: 'known', value: 4.5 } },
  // 40, 45, 80, 90, 90, 120, 270 minutes
  leadTime: {
    kind: 'known',
    n: 7,
    medianMs: 90 * 60_000,
    p90Ms: 270 * 60_000,
    withoutCommitTime: 1,
    commitFromFuture: 1,
  },
  changes: {
    n: 11,
    failed: 5,
    takenBackEarly: 1,
    takenBackLate: 1,
    wentBackFrom: 2,
    mended: 1,
    failureRate: { kind: 'known', value: 5 / 11 },
  },
  // 20, 31, 45, 90, 1800 seconds
  timeToRestore: { kind: 'known', n: 5, medianMs: 45_000, p90Ms: 1_800_000, notRestored: 0 },
  runs: {
    release: { done: 7, 'rolled-back': 2, refused: 1, failed: 1, 'taken over': 1 },
    rollback: { done: 2, refused: 1 },
  },
  underWay: [
    { run: 'r11', kind: 'release', version: '1.6.0', state: 'running' },
    { run: 'r22', kind: 'release', version: '1.8.0', state: 'waiting' },
  ],
} as const;

const GO_BACK = 'go-back';

export const STORIES: readonly DeliveryStory[] = [
  {
    run: 'r01',
    start: '11-01 10:00',
    version: '1.0.0',
    other: null,
    committed: '11-01 09:00',
    steps: [says.opened('11-01 10:05'), says.ended('11-01 10:10', 'done')],
  },
  {
    run: 'r02',
    start: '11-02 09:00',
    version: '1.1.0',
    other: '1.0.1',
    committed: '11-02 08:00',
    steps: [says.share('11-02 09:02'), says.full('11-02 09:30'), says.ended('11-02 09:40', 'done')],
  },
  {
    run: 'r03',
    start: '11-03 09:00',
    version: '1.2.0',
    other: '1.1.0',
    committed: '11-03 08:00',
    steps: [
      says.share('11-03 09:02'),
      ...says.worse('11-03 09:10:00'),
      says.back('11-03 09:10:01'),
      ...says.backAtOnce('11-03 09:10:20'),
      says.ended('11-03 09:11', 'rolled-back'),
    ],
  },
  {
    run: 'r04',
    start: '11-03 12:00',
    version: '1.2.1',
    other: '1.1.0',
    committed: '11-03 11:00',
    steps: [says.ended('11-03 12:00:05', 'refused')],
  },
  {
    run: 'r05',
    start: '11-04 08:00',
    version: '1.3.0',
    other: '1.1.0',
    committed: '11-04 06:00',
    steps: [
      says.share('11-04 08:05'),
      says.stopped('11-04 08:10'),
      says.resumed('11-04 10:00'),
      says.share('11-04 10:01'),
      says.full('11-04 10:30'),
      says.ended('11-04 10:45', 'done'),
    ],
  },
  {
    run: 'r07',
    start: '11-05 08:00',
    version: '1.4.0',
    other: '1.3.0',
    committed: '11-05 07:00',
    steps: [says.share('11-05 08:05'), says.full('11-05 09:00'), says.ended('11-05 09:10', 'done')],
  },
  {
    run: 'r08',
    kind: 'rollback',
    start: '11-05 15:00:00',
    version: '1.4.0',
    other: '1.3.0',
    steps: [
      says.back('11-05 15:00:10', GO_BACK),
      ...says.backInTwo('11-05 15:00:30', '11-05 15:01:30', GO_BACK),
      says.ended('11-05 15:02', 'done'),
    ],
  },
  {
    run: 'r09',
    start: '11-06 08:30',
    version: '1.3.0+config.3f2a91bc',
    other: '1.3.0',
    committed: '11-04 06:00',
    configured: '11-06 08:00',
    steps: [says.share('11-06 08:35'), says.full('11-06 08:45'), says.ended('11-06 08:50', 'done')],
  },
  {
    run: 'r10',
    start: '11-06 12:10',
    version: '1.5.0',
    other: '1.3.0+config.3f2a91bc',
    committed: '11-06 12:00',
    why: 'hotfix: the time-out was wrong',
    steps: [says.share('11-06 12:15'), says.full('11-06 12:40'), says.ended('11-06 12:45', 'done')],
  },
  {
    run: 'r11',
    start: '11-09 09:00',
    version: '1.6.0',
    other: '1.5.0',
    committed: '11-09 08:00',
    steps: [says.share('11-09 09:05'), says.full('11-09 09:30')],
    torn: true,
  },
  {
    run: 'r12',
    environment: 'staging',
    start: '11-09 06:30',
    version: '1.6.0',
    other: '1.5.0',
    committed: '11-09 06:00',
    steps: [says.share('11-09 06:35'), says.full('11-09 07:00'), says.ended('11-09 07:10', 'done')],
  },
  {
    run: 'r13',
    start: '11-01 23:50',
    version: '1.0.1',
    other: '1.0.0',
    steps: [says.share('11-01 23:55'), says.full('11-02 00:00'), says.ended('11-02 00:05', 'done')],
  },
  {
    run: 'r14',
    start: '11-15 23:30',
    version: '1.7.0',
    other: '1.5.4',
    committed: '11-15 23:00',
    steps: [says.share('11-15 23:40'), says.full('11-16 00:00'), says.ended('11-16 00:10', 'done')],
  },
  {
    run: 'r15',
    start: '11-10 09:00',
    version: '1.5.1',
    other: '1.5.0',
    committed: '11-10 08:00',
    steps: [
      says.share('11-10 09:05'),
      says.full('11-10 09:20'),
      ...says.worse('11-10 09:25:00', 'observe'),
      says.back('11-10 09:25:01'),
      ...says.backInTwo('11-10 09:25:11', '11-10 09:25:31'),
      says.ended('11-10 09:26', 'rolled-back'),
    ],
  },
  {
    run: 'r16',
    kind: 'rollback',
    start: '11-10 12:00',
    version: '1.5.0',
    other: '1.4.0',
    steps: [says.ended('11-10 12:00:02', 'refused')],
  },
  {
    run: 'r17',
    start: '11-11 09:00',
    version: '1.5.2',
    other: '1.5.0',
    committed: '11-11 08:00',
    steps: [says.failed('11-11 09:01', 'release/migrate/0007'), says.ended('11-11 09:01:10', 'failed')],
  },
  {
    run: 'r18',
    start: '11-12 09:00',
    version: '1.5.3',
    other: '1.5.0',
    committed: '11-12 08:00',
    steps: [says.share('11-12 09:10'), says.ended('11-12 09:20:01', 'failed', 'r19')],
  },
  {
    run: 'r19',
    kind: 'rollback',
    start: '11-12 09:20:00',
    version: '1.5.3',
    other: '1.5.0',
    preempts: 'r18',
    steps: [
      says.back('11-12 09:20:05', GO_BACK),
      ...says.backAtOnce('11-12 09:20:45', GO_BACK),
      says.ended('11-12 09:21', 'done'),
    ],
  },
  {
    run: 'r20',
    start: '11-13 10:30',
    version: '1.5.4',
    other: '1.5.0',
    committed: '11-13 12:00',
    steps: [says.share('11-13 10:35'), says.full('11-13 11:00'), says.ended('11-13 11:10', 'done')],
  },
  {
    run: 'r21',
    kind: 'build',
    start: '11-13 10:00',
    version: '1.5.4',
    other: null,
    steps: [says.ended('11-13 10:05', 'done')],
  },
  {
    run: 'r22',
    start: '11-17 10:00',
    version: '1.8.0',
    other: '1.7.0',
    committed: '11-17 09:00',
    steps: [says.share('11-17 10:05'), ...says.waiting('11-17 10:30')],
  },
];
