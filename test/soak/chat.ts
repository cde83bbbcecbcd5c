import { openForges } from '../support/chat/place.ts';
import { KINDS, type Kind, play } from '../support/chat/schedules.ts';

/**
 * What somebody does between a comment and its effect, with real git, in every order: `node test/soak/chat.ts [COUNT] [SEED]`. Ends with 1 when
 * another commit was laid out to be released than the one that was meant, or anything at all where nothing may be. Ctrl-C ends it after the schedule that is under way, and prints what was found by then.
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
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
let played = 0;
for (let index = 0; index < count && !stop.signal.aborted; index++) {
  const kind = KINDS[index % KINDS.length] ?? 'push-after';
  const row = rows.get(kind) ?? { played: 0, deployed: 0, wrong: 0, branchDeploy: 0, dispatch: 0, asked: 0 };
  const result = await play({ kind, seed: seed * 100_000 + index }, forges);
  played++;
  row.played++;
  row.deployed += result.deployed.length;
  row.wrong += result.wrong.length;
  if (result.peers.dispatch !== 'not-asked') row.asked++;
  if (result.peers.branchDeploy === 'wrong') row.branchDeploy++;
  if (result.peers.dispatch === 'wrong') row.dispatch++;
  rows.set(kind, row);
  wrong.push(...result.wrong.map((sentence) => `${kind}, seed ${seed * 100_000 + index}: ${sentence}`));
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
console.log(`${played} schedules (seed ${seed}): ${wrong.length} wrong commits`);
for (const sentence of wrong) console.log(sentence);
if (wrong.length > 0) process.exitCode = 1;
