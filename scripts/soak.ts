import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setUp } from './setup.ts';
import { setup as build } from './testing/built.ts';
import { BUILT_ENV } from './testing/built-program.ts';

/**
 * The full sweeps, of which `npm test` runs a small seeded part. Each is a script of its own, test/soak/NAME.ts, which prints its
 * figures and ends with 0 when all is as it should be; its first comment says what it does and which arguments it takes.
 *   npm run soak                 lists them
 *   npm run soak NAME [-- …]
 * Exit codes: those of the sweep · 2 unknown sweep, or something is missing on this machine
 */

const DIRECTORY = join(import.meta.dirname, '..', 'test', 'soak');

async function names(): Promise<readonly string[]> {
  const files = await readdir(DIRECTORY);
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .toSorted();
}

async function about(name: string): Promise<string> {
  const text = await readFile(join(DIRECTORY, `${name}.ts`), 'utf8');
  const comment = /\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? '';
  return comment.replace(/^[ \t]*\* ?/gm, '').trim();
}

function run(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, argv, { stdio: 'inherit', env: { ...process.env, ...BUILT_ENV } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const known = await names();
  if (name === undefined) {
    const lines = await Promise.all(known.map(async (one) => `${one}\n${(await about(one)).replace(/^/gm, '    ')}`));
    process.stdout.write(`npm run soak NAME [-- …]\n\n${lines.join('\n\n')}\n`);
    return 0;
  }
  if (!known.includes(name)) {
    process.stderr.write(`there is no sweep "${name}"; there are ${known.join(', ')}\n`);
    return 2;
  }
  const missing = await setUp('test');
  for (const line of missing) process.stderr.write(`${line}\n`);
  if (missing.length > 0) return 2;
  await build();
  return run([join(DIRECTORY, `${name}.ts`), ...args]);
}

process.exitCode = await main(process.argv.slice(2));
