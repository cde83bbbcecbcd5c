import { statementsOf } from '../../src/migrate/files/text.ts';

/** Splits a file and says what that took, as JSON: a process of its own, so that its memory is its own. */

const begin = process.cpuUsage();
let statements = 0;
let longest = 0;
for await (const { sql } of statementsOf(process.argv[2] ?? '')) {
  statements += 1;
  longest = Math.max(longest, sql.length);
}
const { user, system } = process.cpuUsage(begin);
console.log(
  JSON.stringify({ statements, longest, cpuMs: (user + system) / 1000, maxRssKb: process.resourceUsage().maxRSS }),
);
