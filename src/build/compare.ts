import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { fileDigest, listTree, type TreeEntry } from '../procedure/machine/digest.ts';
import { elfSections, sectionAt } from './elf.ts';

/**
 * In what two artefacts differ first, in words: a file of a directory, a line of what Go wrote into a program about its build, a section of a program,
 * a byte. For people who look for what a build depends on; whether they differ is said by their digests.
 */
export async function differenceOf(first: string, second: string, exec: Exec): Promise<string> {
  const [one, other] = await Promise.all([lstat(first), lstat(second)]);
  if (one.isDirectory() !== other.isDirectory()) return 'one is a directory, the other is a file';
  if (one.isDirectory()) return treeDifference(first, second);
  return (
    (await settingDifference(first, second, exec)) ?? bytesDifference(await readFile(first), await readFile(second))
  );
}

async function treeDifference(first: string, second: string): Promise<string> {
  const [before, after] = await Promise.all([listTree(first), listTree(second)]);
  const others = new Map(after.map((entry) => [entry.path, entry]));
  for (const entry of before) {
    const other = others.get(entry.path);
    if (other === undefined) return `${entry.path} is only in the first`;
    others.delete(entry.path);
    const words = await entryDifference(entry, other, first, second);
    if (words !== undefined) return `${entry.path}: ${words}`;
  }
  const [more] = others.keys();
  return more === undefined ? 'nothing that can be named' : `${more} is only in the second`;
}

async function entryDifference(
  one: TreeEntry,
  other: TreeEntry,
  first: string,
  second: string,
): Promise<string | undefined> {
  if (one.kind !== other.kind) return 'one may be executed or is another kind of file';
  if (one.target !== other.target) return `a link to ${one.target}, and one to ${other.target}`;
  if (one.kind !== 'f' && one.kind !== 'x') return undefined;
  const [a, b] = [join(first, one.path), join(second, one.path)];
  if ((await fileDigest(a)) === (await fileDigest(b))) return undefined;
  return bytesDifference(await readFile(a), await readFile(b));
}

/** What `go version -m` says: toolchain, modules and settings of the build. Undefined: they are no Go programs, or it says the same of both. */
async function settingDifference(first: string, second: string, exec: Exec): Promise<string | undefined> {
  const [before, after] = await Promise.all([first, second].map((path) => exec.read(['go', 'version', '-m', path])));
  if (before?.exitCode !== 0 || after?.exitCode !== 0) return undefined;
  return lineDifference(settings(before.stdout, first), settings(after.stdout, second));
}

/** Without the path of the program itself. */
function settings(said: string, path: string): readonly string[] {
  return said.replaceAll(path, '').split('\n');
}

/** The first line that is not in both. Pure. */
export function lineDifference(before: readonly string[], after: readonly string[]): string | undefined {
  const only = (lines: readonly string[], others: readonly string[]): string | undefined =>
    lines
      .find((line) => !others.includes(line))
      ?.trim()
      .replaceAll('\t', ' ');
  const [lost, came] = [only(before, after), only(after, before)];
  if (lost === undefined && came === undefined) return undefined;
  return `Go says of the first \`${lost ?? 'nothing'}\`, of the second \`${came ?? 'nothing'}\``;
}

/** Pure. */
export function bytesDifference(first: Buffer, second: Buffer): string {
  const shorter = Math.min(first.length, second.length);
  let at = 0;
  while (at < shorter && first[at] === second[at]) at++;
  const sizes = first.length === second.length ? '' : `; ${first.length} and ${second.length} bytes`;
  const section = sectionAt(elfSections(first), at);
  return `other bytes from byte ${at} on${section === undefined ? '' : `, in section ${section}`}${sizes}`;
}
