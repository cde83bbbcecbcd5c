import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Exec, HttpClient } from '../../model/ports.ts';
import { GarbledOutput } from '../scanner.ts';
import type { RawFinding, Subject, Tree } from '../types.ts';
import type { BuiltInId } from './ids.ts';

/** How a check of our own is asked: it reads files, and at most asks a registry about names and versions. */

export interface BuiltInSettings {
  /** Packages whose install scripts may run; null: nobody has decided. */
  readonly installScripts: readonly string[] | null;
  /** Hosts that packages may come from. */
  readonly registries: readonly string[];
  /** Where npm packages are asked for, without a slash at the end. */
  readonly npmRegistry: string;
  /** Least age of a version that is new in the tree, milliseconds. */
  readonly freshness: number;
}

export interface Given {
  readonly tree: Tree;
  /** Files of the base; null: there is none, and nothing is known to be new. */
  readonly before: Tree | null;
  readonly settings: BuiltInSettings;
  /** Empty directory for itself. */
  readonly scratch: string;
  /** Milliseconds that it may take. */
  readonly timeoutMs: number;
  readonly exec: Exec;
  readonly clock: Clock;
  readonly http: HttpClient;
}

export interface BuiltIn {
  readonly id: BuiltInId;
  readonly subject: Subject;
  /** What it looks for, in a few words. */
  readonly about: string;
  /**
   * What it found; null: there is nothing for it here.
   * @throws ProblemError or Error when it could not do its work: then nobody knows
   */
  look(given: Given): Promise<readonly RawFinding[] | null>;
}

/** More than any lock file of a real project has. */
const MOST_BYTES = 128 * 1024 * 1024;

/** The whole text of a file. @throws GarbledOutput when it is larger than 128 MiB */
export function textOf(tree: Pick<Tree, 'root'>, file: string): string {
  const path = join(tree.root, file);
  const { size } = statSync(path);
  if (size > MOST_BYTES)
    throw new GarbledOutput(`${file} has ${Math.round(size / 1024 / 1024)} MiB: too large to be read`);
  return readFileSync(path, 'utf8');
}

/** Directory of a file below the root, `.` for the root. Pure. */
export function directoryOf(file: string): string {
  const at = file.lastIndexOf('/');
  return at < 0 ? '.' : file.slice(0, at);
}

/** A file in a directory that may be the root. Pure. */
export function inside(directory: string, name: string): string {
  return directory === '.' ? name : `${directory}/${name}`;
}

/** Name of a file without its directory. Pure. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** Files of a tree by their name, without those that package managers have laid there. Pure. */
export function namedFiles(tree: Pick<Tree, 'files'>, ...names: readonly string[]): readonly string[] {
  return tree.files.filter((file) => names.includes(baseName(file)) && !/(?:^|\/)(?:node_modules|vendor)\//.test(file));
}
