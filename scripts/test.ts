import { basename, relative } from 'node:path';
import { buildLabTools, whyNoCluster } from '../test/lab/cluster/needed.ts';
import { mysqlRecipe } from './components/mysql.ts';
import { type Optional, withoutFrom } from './setup/without.ts';
import { setUp } from './setup.ts';
import { add, type Counts, none } from './testing/counts.ts';
import { type Stage, type StageEnd, stages } from './testing/stages.ts';

/**
 * Runs all stages of the tests, or the one that is named, also when an earlier one failed; each is a line with its time, and
 * a failed one shows all it said. The tests on a cluster run beside those of the whole product. A few files of real components that fail are run
 * by themselves once or twice more and count as they end then; what they said before is shown all the same, and which they were. The last line is always `N passed, N failed`.
 *   node scripts/test.ts [STAGE [FILE…]]
 * SHIPLOCK_WITHOUT=mysql leaves the tests on MySQL out, `kubernetes` those on a cluster; tests that did not run are listed before the last line.
 * Exit codes: 0 all passed · 1 something failed, or no test ran · 2 unknown stage, or something is missing on this machine
 */
async function main([name, ...filters]: readonly string[]): Promise<number> {
  const chosen = name === undefined ? stages : stages.filter((stage) => stage.name === name);
  if (chosen.length === 0) {
    process.stderr.write(
      `there is no stage "${name}"; the stages are ${stages.map((stage) => stage.name).join(', ')}\n`,
    );
    return 2;
  }
  const without = leftOut();
  if (without === null) return 2;
  if (chosen.some((stage) => stage.needsPrograms)) {
    const missing = await setUp('test');
    if (missing.length > 0) {
      for (const line of missing) process.stderr.write(`${line}\n`);
      return 2;
    }
  }
  // Fetched here, where it may take its time. If it cannot be had, the tests that need it fail and say why.
  const wantsMysql = chosen.some((stage) => stage.name === 'integration') && !without.includes('mysql');
  if (wantsMysql) await mysqlRecipe().catch(() => undefined);
  const wantsCluster = chosen.some((stage) => stage.name === 'cluster') && !without.includes('kubernetes');
  if (wantsCluster && (await whyNoCluster()) === null)
    await buildLabTools({ argocd: true, rollouts: true }).catch(() => undefined);
  const live = chosen.length === 1;
  let total = none;
  const skipped: string[] = [];
  const again: string[] = [];
  for (const group of grouped(chosen)) {
    const how = { live, alone: group.length === 1, filters };
    for (const end of await Promise.all(group.map((stage) => runStage(stage, how)))) {
      total = add(total, end.counts);
      skipped.push(...end.skipped);
      again.push(...end.again);
    }
  }
  if (skipped.length > 0) {
    const why = without.length === 0 ? '' : ` (SHIPLOCK_WITHOUT=${without.join(',')})`;
    process.stdout.write(`${skipped.length} skipped${why}:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
  }
  if (again.length > 0) {
    const files = again.map((file) => `  ${relative(process.cwd(), file)}\n`).join('');
    process.stdout.write(`${again.length} failed at first and ran again by themselves:\n${files}`);
  }
  if (live && chosen.every((stage) => !stage.counts)) return total.failed === 0 ? 0 : 1;
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** What the user leaves out; null, with a line that says why, when it cannot be left out. */
function leftOut(): readonly Optional[] | null {
  try {
    return withoutFrom(process.env['SHIPLOCK_WITHOUT']);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

/** Stages in their order, those together that run beside each other. */
function grouped(chosen: readonly Stage[]): readonly (readonly Stage[])[] {
  const groups: Stage[][] = [];
  for (const stage of chosen) {
    const before = groups.at(-1);
    if (stage.beside && before !== undefined) before.push(stage);
    else groups.push([stage]);
  }
  return groups;
}

interface How {
  readonly live: boolean;
  /** Nothing else writes to the terminal meanwhile. */
  readonly alone: boolean;
  readonly filters: readonly string[];
}

async function runStage(stage: Stage, { live, alone, filters }: How): Promise<Ran> {
  const start = performance.now();
  const begun = `${stage.name} … `;
  if (!live && alone) process.stdout.write(begun);
  const end = await stage.run({ live, filters });
  const counts = judged(stage, end);
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (!live) {
    process.stdout.write(`${alone ? '' : begun}${line(stage, end, counts)}, ${seconds}\n`);
    if ((end.slowest ?? []).length > 0)
      process.stdout.write(`  longest: ${(end.slowest ?? []).map(slow).join(', ')}\n`);
    if (end.again !== undefined) process.stdout.write(`${end.again.said.trimEnd()}\nonce more:\n`);
    if (counts.failed > 0 || end.again !== undefined) process.stdout.write(`${end.output.trimEnd()}\n`);
  }
  return { counts, skipped: end.skipped ?? [], again: end.again?.files ?? [] };
}

function slow({ file, seconds }: { readonly file: string; readonly seconds: number }): string {
  return `${basename(file, '.test.ts')} ${seconds.toFixed(0)} s`;
}

interface Ran {
  readonly counts: Counts;
  readonly skipped: readonly string[];
  readonly again: readonly string[];
}

/** A tier whose files are there but in which no test ran has not passed. */
function judged(stage: Stage, { counts, absent }: StageEnd): Counts {
  return stage.counts && !absent && counts.passed + counts.failed === 0 ? { passed: 0, failed: 1 } : counts;
}

function line(stage: Stage, end: StageEnd, counts: Counts): string {
  if (end.absent) return 'nothing there yet';
  if (stage.counts) return `${counts.passed} passed, ${counts.failed} failed`;
  return counts.failed === 0 ? 'good' : 'FAILED';
}

process.exitCode = await main(process.argv.slice(2));
