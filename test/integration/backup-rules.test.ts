import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { alertRules } from '../../src/backup/index.ts';

/** The alert rules, judged by Prometheus' own tool: they fire when they must, and not before. */

const run = promisify(execFile);
const LABELS = '{service="shop",environment="production"}';

it('fire on age also while nothing writes figures any more, and on a drill that failed or was too slow', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'shiplock-rules-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { path, content } = alertRules({
    ...{ service: 'shop', environment: 'production', rpoMs: 3_600_000, rtoMs: 600_000 },
    ...{ verifiedWithinMs: 26 * 3_600_000, every: 'weekly' },
  });
  const file = join(directory, basename(path));
  await writeFile(file, content);
  const { stdout } = await run('promtool', ['check', 'rules', file]);
  expect(stdout).toContain('SUCCESS: 7 rules found');

  const firing = (minutes: number, names: readonly string[]) => ({
    promql_expr_test: [
      {
        expr: 'sort(count by (alertname) (ALERTS{alertstate="firing"}))',
        eval_time: `${minutes}m`,
        exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
      },
    ],
  });
  const series = (name: string, values: string) => ({ series: `shiplock_${name}${LABELS}`, values });
  const DAY = 24 * 60;
  const case1 = {
    interval: '30m',
    // The last look was at 0, and all was well; nobody looks after that. Prometheus holds what the textfile says.
    input_series: [
      ...['backup_status', 'backup_verified', 'backup_verified_restorable', 'restore_drill'].map((name) =>
        series(`${name}_timestamp_seconds`, `0x${(9 * DAY) / 30}`),
      ),
      series('backup_problems', `0x${(9 * DAY) / 30}`),
      series('restore_drill_success', `1x${(9 * DAY) / 30}`),
      series('restore_drill_seconds', `600x${(9 * DAY) / 30}`),
      series('restore_predicted_seconds', `599x${(9 * DAY) / 30}`),
    ],
    promql_expr_test: [
      ...firing(60, []).promql_expr_test,
      ...firing(90, ['ShiplockBackupOlderThanRpo']).promql_expr_test,
      ...firing(150, ['ShiplockBackupOlderThanRpo', 'ShiplockBackupStatusSilent']).promql_expr_test,
      ...firing(27 * 60, [...['ShiplockBackupNotVerified', 'ShiplockBackupOlderThanRpo', 'ShiplockBackupStatusSilent']])
        .promql_expr_test,
      ...firing(8 * DAY + 30, [
        ...['ShiplockBackupNotVerified', 'ShiplockBackupOlderThanRpo', 'ShiplockBackupStatusSilent'],
        'ShiplockRestoreDrillOverdue',
      ]).promql_expr_test,
    ],
  };
  const case2 = {
    interval: '30m',
    input_series: [
      series('backup_status_timestamp_seconds', '0 1800 3600'),
      series('backup_problems', '1x3'),
      series('restore_drill_success', '0x3'),
      series('restore_drill_seconds', '601x3'),
    ],
    promql_expr_test: firing(2, [...['ShiplockBackupProblem', 'ShiplockRestoreDrillFailed', 'ShiplockRestoreTooSlow']])
      .promql_expr_test,
  };
  // No figures at all, the first day: somebody must hear of it.
  const case3 = {
    ...{ interval: '30m', input_series: [] },
    promql_expr_test: firing(30, ['ShiplockBackupStatusSilent']).promql_expr_test,
  };
  const tests = join(directory, 'tests.yml');
  await writeFile(
    tests,
    JSON.stringify({ rule_files: [file], evaluation_interval: '30m', tests: [case1, case2, case3] }),
  );
  await run('promtool', ['test', 'rules', tests]);
}, 60_000);
