import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Wheels, wheelsSchema } from '../src/scan/wheels-program.ts';
import { command } from './testing/command.ts';

/**
 * Writes tools/checkov/wheels.json: every package that Checkov needs, with the digests of its wheels for each Python and processor that we install it
 * for. pip chooses and says what it would fetch; nothing is installed. It takes some minutes. Look at the difference before you commit it.
 *   node scripts/checkov-lock.ts 3.3.30
 */

/** Linux with glibc 2.28 or newer, as the names of wheels say it (PEP 600), newest first. */
const GLIBC = ['_2_28', '_2_27', '_2_26', '_2_24', '_2_17', '2014', '_2_12', '2010', '_2_5', '1'];
const PROCESSORS = ['x86_64', 'aarch64'];
const PYTHONS = ['3.11', '3.12', '3.13', '3.14'];

const report = z.looseObject({
  install: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), version: z.string() }),
      download_info: z.looseObject({ archive_info: z.looseObject({ hashes: z.looseObject({ sha256: z.string() }) }) }),
    }),
  ),
});

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error('which version of Checkov?');
const scratch = await mkdtemp(join(tmpdir(), 'checkov-lock-'));

async function ask(python: string, processor: string, what: readonly string[]) {
  const platforms = GLIBC.flatMap((glibc) => ['--platform', `manylinux${glibc}_${processor}`]);
  const file = join(scratch, `${python}-${processor}.json`);
  const pip = ['python3', '-m', 'pip', 'install', '--dry-run', '--quiet', '--disable-pip-version-check'];
  const only = ['--only-binary', ':all:', '--implementation', 'cp', '--python-version', python, ...platforms];
  const { code, output } = await command([...pip, ...only, '--target', scratch, '--report', file, ...what], {
    cwd: scratch,
    live: false,
  });
  const taken = /selected for download or install is a yanked version: '([^']+)'/.exec(output)?.[1];
  if (taken !== undefined) throw new Error(`${taken}: its makers have taken this version back`);
  if (code !== 0) throw new Error(`Python ${python} on ${processor}: ${output.slice(-400)}`);
  return report.parse(JSON.parse(readFileSync(file, 'utf8'))).install;
}

try {
  // The oldest Python decides on the versions, so that one list is good for all.
  const chosen = await ask(PYTHONS[0] ?? '', PROCESSORS[0] ?? '', [`checkov==${version}`]);
  const list = join(scratch, 'requirements.txt');
  await writeFile(list, chosen.map(({ metadata }) => `${metadata.name}==${metadata.version}\n`).join(''));
  const digests = new Map<string, Set<string>>();
  for (const python of PYTHONS)
    for (const processor of PROCESSORS) {
      console.log(`Python ${python} on ${processor}`);
      for (const { metadata, download_info: from } of await ask(python, processor, [...['--no-deps', '-r', list]])) {
        const known = digests.get(metadata.name) ?? new Set();
        digests.set(metadata.name, known.add(from.archive_info.hashes.sha256));
      }
    }
  const packages = chosen
    .map(({ metadata: { name, version: at } }) => ({ name, version: at, digests: [...(digests.get(name) ?? [])] }))
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  const wheels: Wheels = wheelsSchema.parse({ version, packages });
  await writeFile(
    join(import.meta.dirname, '../tools/checkov/wheels.json'),
    `{ "version": ${JSON.stringify(wheels.version)}, "packages": [\n${wheels.packages.map((one) => JSON.stringify(one)).join(',\n')}\n] }\n`,
  );
  console.log(`${packages.length} packages`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
