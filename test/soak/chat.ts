import { openForges } from '../support/chat/place.ts';
import { KINDS, type Kind, play } from '../support/chat/schedules.ts';

/**
 * What somebody does between a comment and its effect, with real git, in every order: `node test/soak/chat.ts [COUNT] [SEED]`. Ends with 1 when
 * another commit was laid out to be released than the one that was meant, or anything at all where nothing may be.
 */

process.env['GIT_ALLOW_PROTOCOL'] = 'file';
const count = Number(process.argv[2] ?? 320);
const seed = Number(process.argv[3] ?? 1);
const rows = new Map<
  Kind,
  { played: number; deployed: number; wrong: number; branchDeploy: number; dispatch: number; asked: number }
>();
const wrong: string[] = [];
await using forges = await openForges();
for (let index = 0; index < count; index++) {
  const kind = KINDS[index % KINDS.length] ?? 'push-after';
  const row = rows.get(kind) ?? { played: 0, deployed: 0, wrong: 0, branchDeploy: 0, dispatch: 0, asked: 0 };
  const played = await play({ kind, seed: seed * 100_000 + index }, forges);
  row.played++;
  row.deployed += played.deployed.length;
  row.wrong += played.wrong.length;
  if (played.peers.dispatch !== 'not-asked') row.asked++;
  if (played.peers.branchDeploy === 'wrong') row.branchDeploy++;
  if (played.peers.dispatch === 'wrong') row.dispatch++;
  rows.set(kind, row);
  wrong.push(...played.wrong.map((sentence) => `${kind}, seed ${seed * 100_000 + index}: ${sentence}`));
}
console.log(
  '| what is done | schedules | deployed | wrong | head of the branch at the start of the job, with the author date looked at | without |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [kind, row] of rows) {
  console.log(
    `| ${kind} | ${row.played} | ${row.deployed} | ${row.wrong} | ${row.branchDeploy} of ${row.asked} wrong | ${row.dispatch} of ${row.asked} wrong |`,
  );
}
wrong.push(...forges.world.sim.wrong());
console.log(`${count} schedules (seed ${seed}): ${wrong.length} wrong commits`);
for (const sentence of wrong) console.log(sentence);
if (wrong.length > 0) process.exitCode = 1;
