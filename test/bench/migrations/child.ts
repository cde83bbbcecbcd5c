import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { applyFiles } from '../../support/migrate-apply.ts';

/** One run of ours, as a process of its own: `child.ts INPUT.json`. Its journal is on the disk. */

const access = z.object({
  host: z.string(),
  port: z.number(),
  database: z.string(),
  user: z.string(),
  password: z.string(),
});
const input = z.object({ access, engine: z.enum(['mysql', 'mariadb']), files: z.array(z.string()), store: z.string() });

const { result } = await applyFiles(input.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))));
if (result.outcome !== 'done') {
  process.stderr.write(`${JSON.stringify(result.problems)}\n`);
  process.exitCode = 1;
}
