import fc from 'fast-check';
import { lootOf, moves, openAttack, settings } from '../support/gate-attack.ts';

/**
 * Thousands of ways around the gates of a run: commands, forged and copied journals, changed code, time: `node test/soak/gate.ts [COUNT] [SEED]`.
 * Ends with 1 when a file was written that persons had not let through.
 */

const count = Number(process.argv[2] ?? 5_000);
const seed = Number(process.argv[3] ?? 1);
const loot = await lootOf({ approvals: 1, signedStart: true, author: 'dan', fourEyes: true });
const seen = { moves: 0, let: 0, whole: 0 };
const result = await fc.check(
  fc.asyncProperty(settings, moves, async (setting, sequence) => {
    using attack = await openAttack(setting, loot);
    for (const move of [...sequence, { kind: 'resume', changed: false } as const]) {
      await attack.make(move);
      seen.moves++;
      const wrong = attack.violations();
      if (wrong.length > 0) throw new Error(`${wrong.join('; ')} after ${move.kind}`);
    }
    if (attack.files().length > 0) seen.let++;
    if (attack.files().length === 4) seen.whole++;
  }),
  { numRuns: count, seed },
);
console.log(
  `${result.numRuns} sequences, ${seen.moves} moves (seed ${seed}); ${seen.let} of them went lawfully through at least one gate, ${seen.whole} through all; ${result.failed ? 'FAILED' : '0'} gates passed without valid evidence`,
);
if (result.failed) {
  console.log(fc.defaultReportMessage(result));
  process.exitCode = 1;
}
