import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../cache.ts';
import type { ProgramSettings } from './components.ts';
import type { Start } from './program.ts';
import { inRoot, libraryDirectories, programIn, startOfFile } from './root.ts';

/** Programs of an unpacked file system that are to run as ordinary processes of this machine. */
export interface Wrapping {
  /** The unpacked file system; nothing in it is changed. */
  readonly root: string;
  readonly programs: readonly string[];
  readonly settings?: Readonly<Record<string, ProgramSettings>> | undefined;
  /** Where the prefix is made. */
  readonly into: string;
}

/** How one program of it is started. */
export interface WrappedProgram {
  readonly name: string;
  readonly file: string;
  readonly start:
    | { readonly kind: 'direct' }
    | { readonly kind: 'loaded'; readonly loader: string; readonly libraries: readonly string[] };
}

/**
 * Makes a directory that looks like an installation prefix: `bin` has a small shell wrapper per program, `sbin` is the same, and
 * `lib` and `share` are those of the file system, so that a program or script which looks for its neighbours by a prefix finds
 * them. It is named by its contents, and made only once.
 * @returns the prefix; its `bin` belongs on PATH
 * @throws Error that names the program which is missing or cannot be started here
 */
export async function wrapPrograms(wrapping: Wrapping): Promise<string> {
  const programs = await Promise.all(wrapping.programs.map((name) => look(wrapping.root, name)));
  const settings = wrapping.settings ?? {};
  const id = createHash('sha256')
    .update(JSON.stringify([programs, settings]))
    .digest('hex')
    .slice(0, 12);
  const prefix = join(wrapping.into, `prefix-${id}`);
  if (await exists(prefix)) return prefix;
  await mkdir(wrapping.into, { recursive: true });
  const temporary = await mkdtemp(`${prefix}.`);
  await mkdir(join(temporary, 'bin'));
  await symlink('bin', join(temporary, 'sbin'));
  for (const shared of ['lib', 'share']) await symlink(join(wrapping.root, 'usr', shared), join(temporary, shared));
  for (const program of programs) {
    const text = wrapperText(program, prefix, settings[program.name] ?? {});
    await writeFile(join(temporary, 'bin', program.name), text, { mode: 0o755 });
  }
  // Another process may have made the same in the meantime: then that one is as good.
  await rename(temporary, prefix).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(prefix))) throw error;
  });
  return prefix;
}

/**
 * The wrapper's text. It becomes the program (`exec`), so the process id, its signals and its parent are those that the caller
 * sees. The program is told the wrapper's own path as its name (argv[0]): one that starts itself anew by that name comes back
 * here. The machine's library cache is left out, so that no library of this machine is mixed in.
 */
export function wrapperText(program: WrappedProgram, prefix: string, settings: ProgramSettings): string {
  const self = join(prefix, 'bin', program.name);
  const filled = (value: string): string => value.replaceAll('{prefix}', prefix);
  const exported = Object.entries(settings.env ?? {}).map(
    ([name, value]) => `export ${name}=${quoted(filled(value))}\n`,
  );
  const { start } = program;
  const loader =
    start.kind === 'direct'
      ? []
      : [start.loader, '--inhibit-cache', '--argv0', self, '--library-path', start.libraries.join(':')];
  const argv = [...loader, program.file, ...(settings.args ?? []).map(filled)];
  return `#!/bin/sh\n${exported.join('')}exec ${argv.map(quoted).join(' ')} "$@"\n`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

async function look(root: string, name: string): Promise<WrappedProgram> {
  const file = await programIn(root, name);
  if (file === null) throw new Error(`it has no program ${name}`);
  return { name, file, start: await howToStart(root, name, await startOfFile(file)) };
}

async function howToStart(root: string, name: string, start: Start): Promise<WrappedProgram['start']> {
  switch (start.kind) {
    case 'dynamic': {
      const loader = await inRoot(root, start.loader);
      if (loader === null || !(await exists(loader)))
        throw new Error(`${name} wants the loader ${start.loader}, which is not in it`);
      return { kind: 'loaded', loader, libraries: await libraryDirectories(root, loader) };
    }
    case 'script':
      await access(start.interpreter).catch(() => {
        throw new Error(`${name} is a script for ${start.interpreter}, which is not on this machine`);
      });
      return { kind: 'direct' };
    case 'static':
      return { kind: 'direct' };
    case 'unknown':
      throw new Error(`${name} is no program for this kind of machine`);
  }
}
