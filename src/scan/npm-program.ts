import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bad, ok, type Result } from '../model/problem.ts';
import type { Locked } from './lock.ts';
import { type Bench, keep, launcher, placeName, run } from './make.ts';

/** A scanner of many npm packages: exactly those of its lock file, and no script of theirs. */

/** npm asks again for a package whose bytes are wrong, too: by its own settings it would take two minutes until it says so. */
const RETRIES = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000'];

/** Form of package-lock.json (version 3) and of the list that npm writes into node_modules, as far as it is of use here. */
const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      integrity: z.string().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

/**
 * Installs what `tools/NAME` pins, in a directory of its own, and gives the file that starts it. npm compares each package with the checksum in the
 * lock file; what npm then says that it has put there is compared once more.
 */
export async function npmProgram(
  program: string,
  { files }: Extract<Locked, { kind: 'npm' }>,
  { stage, into, exec }: Bench,
): Promise<Result<string>> {
  const { manifest, lock } = await files();
  const made = join(stage, 'npm');
  await mkdir(made);
  await writeFile(join(made, 'package.json'), manifest);
  await writeFile(join(made, 'package-lock.json'), lock);
  const argv = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--logs-max=0'];
  const fetched = await run(exec, [...argv, ...RETRIES], {}, made);
  if (!fetched.ok) return fetched;
  const there = await readFile(join(made, 'node_modules/.package-lock.json'), 'utf8').catch(() => '{}');
  const other = otherPackage(lock, there);
  if (other !== null)
    return bad({
      code: 'scan.other-program',
      where: `${program} by npm`,
      found: other,
      expected: 'the packages of its lock file with their checksums, and no other',
      remedy:
        'do not use it: ask who keeps the registry and the npm of this machine; a scanner on PATH is taken as it is',
    });
  const place = await keep(made, join(into, placeName(program, lock)));
  return ok(await launcher(join(stage, program), join(place, 'node_modules/.bin', program)));
}

/**
 * The first package that is not as the lock file has it, in words; null where all are. Packages for other machines (`optional`) may be missing. Pure.
 */
export function otherPackage(lock: string, installed: string): string | null {
  const pinned = lockSchema.parse(JSON.parse(lock)).packages;
  const read = lockSchema.safeParse(JSON.parse(installed));
  if (!read.success) return 'no list of what was installed';
  const there = read.data.packages;
  for (const [place, { version, integrity }] of Object.entries(there)) {
    const pin = pinned[place];
    if (pin?.integrity === undefined || pin.integrity !== integrity || pin.version !== version)
      return `${place} ${version ?? ''} with the checksum ${integrity ?? '(none)'}`;
  }
  const missing = Object.entries(pinned).find(
    ([place, { optional }]) => place !== '' && optional !== true && !(place in there),
  );
  return missing === undefined ? null : `no ${missing[0]}`;
}
