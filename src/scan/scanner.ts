import type { CommandResult } from '../model/ports.ts';
import type { ProgramId } from './ids.ts';
import type { ImageArchive, RawFinding, Subject, Tree } from './types.ts';

/** How a scanner is asked and understood. One file each in `scanners/`. */

export interface ScannerSettings {
  /** Directory with the Go vulnerability database, absolute. */
  readonly vulnerabilities: string | null;
  /** Repository whose history is looked through; null: only the files. */
  readonly repository: string | null;
  /** Commits that are looked through, as git names a range; null: all. */
  readonly commits: string | null;
  /** Directory with the files of `support`, absolute. */
  readonly support: string;
  /** Directory with OSV's databases, `ECOSYSTEM/all.zip` each, absolute; null: api.osv.dev is asked. */
  readonly osv: string | null;
  /** Images that are looked into, in the form of `docker save`. */
  readonly archives: readonly ImageArchive[];
  /** Registry that knows of vulnerable npm packages; null: the one that npm is set to on this machine. */
  readonly npmRegistry: string | null;
  /** Where kubeconform finds schemas: a directory, or a pattern of its own; null: where it looks by itself, on the network. */
  readonly kubernetesSchemas: string | null;
  /** Rules of Semgrep, a file or a directory, absolute; null: it is not asked. */
  readonly semgrepRules: string | null;
  /** Database of Trivy, and how old it may be (milliseconds); null: it is not asked about packages. */
  readonly trivy: TrivyDatabase | null;
}

export interface TrivyDatabase {
  /** Directory in the form of Trivy's own cache (`db/trivy.db`, `db/metadata.json`), absolute. */
  readonly database: string;
  /** Milliseconds. */
  readonly maxAge: number;
}

/** A file that says from when the knowledge of a scanner is. */
export interface Dated {
  /** Absolute. */
  readonly file: string;
  /** Milliseconds. */
  readonly maxAge: number;
  /**
   * Milliseconds since 1970. Pure.
   * @throws GarbledOutput when its text does not say it
   */
  time(text: string): number;
}

/** Files with a known fault, by their names. */
export type Witness = Readonly<Record<string, string | Uint8Array>>;

/** One call of a scanner. */
export interface Call {
  readonly argv: readonly string[];
  /** Below the tree's root; left out: the root. */
  readonly directory?: string;
  /** What was read from it is about files below this directory of the tree. */
  readonly at?: string;
  /** It sees only these files of the tree, in a copy of its own: others in it could say how it shall work. `directory` is within the copy. */
  readonly alone?: readonly string[];
}

export interface Scanner {
  readonly id: ProgramId;
  readonly subject: Subject;
  /** Its program on PATH. */
  readonly program: string;
  /** Asks its version. */
  readonly version: readonly string[];
  /** How it can be had, as an instruction. */
  readonly install: string;
  /** Versions that are not used, each with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
  /** It asks others on the network. */
  network(settings: ScannerSettings): boolean;
  /** Variables that it needs beside the few that all have. */
  readonly variables: readonly string[];
  /** Variables that it is given, whatever they are here. */
  environment?(settings: ScannerSettings): Readonly<Record<string, string>>;
  /** It looks into images. Left out: into the tree alone. */
  readonly images?: true;
  /** What says how old its knowledge is, looked at before it is asked; null: nothing does. Pure. */
  dated?(settings: ScannerSettings): Dated | null;
  /** Empty: there is nothing for it here. Pure. */
  calls(tree: Tree, settings: ScannerSettings): readonly Call[];
  /**
   * What it said. Pure.
   * @throws GarbledOutput when it did not end as it does when all went well, or its output has not the form it should
   */
  read(result: CommandResult, call: Call, tree: Tree): readonly RawFinding[];
  /** Files of ours that it is given, beside the tree: what a repository says about the scanner itself does not count. */
  readonly support: Readonly<Record<string, string>>;
  /** Links of ours beside them, path below `support` → what it leads to. */
  links?(settings: ScannerSettings): Readonly<Record<string, string>>;
  /** Files in which it must find something: one that finds nothing there is not believed when it finds nothing elsewhere. */
  readonly witness: Witness;
  /** Something must be found in each of these files, since each is about another part of its knowledge. Left out: in one that a call is about. */
  readonly witnessEach?: true;
  /** Part of `witness` that is of use where these files are; left out: all of it. */
  witnessFor?(files: readonly string[]): Witness;
  /**
   * Which witness is of use shows only in the answers: in the place of `witness`, asked for after them. Archives in it are images.
   * @throws GarbledOutput when nothing is known here by which the knowledge that was needed could be tried
   */
  witnessAfter?(results: readonly CommandResult[]): Witness;
}

/** The output is not what this scanner says when it has done its work. */
export class GarbledOutput extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GarbledOutput';
  }
}

/** Checks how it ended. @throws GarbledOutput for any other exit code */
export function endedWith({ exitCode, stdout, stderr }: CommandResult, good: readonly number[]): void {
  if (good.includes(exitCode)) return;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ').slice(-300);
  throw new GarbledOutput(`exit ${exitCode}${said === '' ? '' : `: ${said}`}`);
}

/** A text as JSON. @throws GarbledOutput with its beginning */
export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GarbledOutput(
      text.trim() === '' ? 'no output' : `output that is no JSON: ${JSON.stringify(text.trim().slice(0, 80))}`,
    );
  }
}

/** A value in a form. @throws GarbledOutput with the first place that has another */
export function inForm<T>(
  schema: {
    safeParse(
      value: unknown,
    ):
      | { success: true; data: T }
      | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
  },
  value: unknown,
): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new GarbledOutput(
    `output in a form that is not known: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** A path that a scanner wrote, below the root. Pure. */
export function below(path: string, tree: Pick<Tree, 'root'>, at?: string): string {
  const absolute = path.startsWith(`${tree.root}/`) ? path.slice(tree.root.length + 1) : path;
  const plain = absolute.replace(/^\.\//, '');
  return at === undefined || path.startsWith('/') ? plain : `${at}/${plain}`;
}
