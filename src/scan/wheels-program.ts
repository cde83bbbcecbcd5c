import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ok, type Result } from '../model/problem.ts';
import type { Locked } from './lock.ts';
import { type Bench, keep, launcher, placeName, run } from './make.ts';

/** A scanner of many packages of Python: exactly the wheels that are pinned, and no program of theirs runs while it is installed. */

/** Form of tools/checkov/wheels.json. A package has a digest for each Python and processor for which its wheel differs. */
export const wheelsSchema = z.strictObject({
  version: z.string(),
  packages: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
        version: z.string().regex(/^[0-9][A-Za-z0-9.+!]*$/),
        digests: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
      }),
    )
    .min(1),
});
export type Wheels = z.infer<typeof wheelsSchema>;

/** Packages as a list for pip that lets no other file pass than those with these digests. Pure. */
export function requirementsOf({ packages }: Wheels): string {
  return packages
    .map(
      ({ name, version, digests }) => `${name}==${version} ${digests.map((one) => `--hash=sha256:${one}`).join(' ')}\n`,
    )
    .join('');
}

/**
 * Starts it with what lies beside this file and Python's own library, whatever else is installed for Python on the machine.
 */
function starter(start: string): string {
  const [module = '', name = ''] = start.split(':');
  return `import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ${module} import ${name}

sys.exit(${name}().run())
`;
}
const STARTER = 'shiplock-start.py';

/** Installs the wheels in a directory of their own, and gives the file that starts the program in them. */
export async function wheelsProgram(
  program: string,
  { files, start }: Extract<Locked, { kind: 'wheels' }>,
  { stage, into, exec }: Bench,
): Promise<Result<string>> {
  const list = requirementsOf(wheelsSchema.parse(await files()));
  const made = join(stage, 'wheels');
  await mkdir(made);
  await writeFile(join(stage, 'requirements.txt'), list);
  // Some wheels are for one Python only, so it is started with the one for which they were chosen.
  const python = await run(exec, ['python3', '-I', '-c', 'import sys; print(sys.executable, sys.version)'], {}, stage);
  if (!python.ok) return python;
  const [executable = 'python3'] = python.value.split(' ');
  const pip = [executable, '-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const only = ['--no-cache-dir', '--only-binary', ':all:', '--require-hashes', '--target', made];
  const fetched = await run(exec, [...pip, ...only, '-r', join(stage, 'requirements.txt')], {}, stage);
  if (!fetched.ok) return fetched;
  await writeFile(join(made, STARTER), starter(start));
  const place = await keep(made, join(into, placeName(program, `${python.value}${list}`)));
  return ok(await launcher(join(stage, program), executable, '-I', '-S', '-B', join(place, STARTER)));
}
