import { setUp } from './setup.ts';
import { add, type Counts, none } from './testing/counts.ts';
import { type Stage, type StageEnd, stages } from './testing/stages.ts';

/**
 * Runs all stages of the tests, or the one that is named, also when an earlier one failed; each is a line with its time, and
 * a failed one shows all it said. The last line is always `N passed, N failed`.
 *   node scripts/test.ts [STAGE [FILE…]]
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
  if (chosen.some((stage) => stage.needsPrograms)) {
    const missing = await setUp('test');
    if (missing.length > 0) {
      for (const line of missing) process.stderr.write(`${line}\n`);
      return 2;
    }
  }
  const live = chosen.length === 1;
  let total = none;
  for (const stage of chosen) total = add(total, await runStage(stage, live, filters));
  if (live && chosen.every((stage) => !stage.counts)) return total.failed === 0 ? 0 : 1;
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runStage(stage: Stage, live: boolean, filters: readonly string[]): Promise<Counts> {
  const start = performance.now();
  if (!live) process.stdout.write(`${stage.name} … `);
  const end = await stage.run({ live, filters });
  const counts = judged(stage, end);
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (!live) {
    process.stdout.write(`${line(stage, end, counts)}, ${seconds}\n`);
    if (counts.failed > 0) process.stdout.write(`${end.output.trimEnd()}\n`);
  }
  return counts;
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
