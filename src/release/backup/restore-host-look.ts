import {
  type Catalogue,
  type Difference,
  differences,
  type HostFilesBackup,
  isWithin,
  type Machine,
  readStored,
  readTar,
  type StoredHost,
  type TarEntry,
} from '../../backup/index.ts';
import { unifiedDiff } from '../../gitops/edit/diff.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { hostFilesProblem, hostReading, observeMachine } from '../../platform/index.ts';
import { pipeCommands } from '../../procedure/machine/pipe.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { hostFilesOptions, isInstanceUnit, ofHost } from './hosts.ts';
import type { BackupEnvironment } from './open.ts';

/** What a restore would change on a host: its backup beside what is there now. Looks only. */

export interface Compared {
  readonly record: HostFilesBackup;
  /** Of paths that would be put, and those beside them. */
  readonly changes: readonly Difference[];
  /** How many files, directories and links would be put. */
  readonly put: number;
  /** For people: a diff where everybody may read the file, digests where not. */
  readonly lines: readonly string[];
  /** Accounts and groups that own what is put and are not there, as files.sh takes them; empty: none is missing. */
  readonly accounts: readonly string[];
  /** Packages of the backup that are not installed. */
  readonly missing: readonly LostPackage[];
  /** Units that started by themselves and do not now; those of instances are a release's. */
  readonly enable: readonly string[];
}

/** A package as it was installed. */
export type LostPackage = Machine['packages'][number];

/** Texts up to this size are compared line by line. */
const MOST_TEXT = 65_536;

/** @throws ProblemError when the backup is not to be believed, or the host cannot be asked */
export async function compareHost(
  backup: BackupEnvironment,
  record: HostFilesBackup,
  only: string | undefined,
  signal: AbortSignal,
): Promise<Compared> {
  const { service } = backup;
  const wanted = isPutBack(service.environment, only);
  const kept = (path: string, size: number): boolean => size <= MOST_TEXT && wanted(path, 'file');
  const stored = await storedOf(backup, record, { kept }, signal);
  const was = stored.entries.filter(({ path, kind }) => wanted(path, kind));
  if (was.length === 0) throw new ProblemError(notIn(record, only));
  const options = hostFilesOptions(service, record.host.name);
  const reader = readTar({ kept });
  const { read } = await hostReading({ ...options, exec: service.exec }, signal);
  const { from } = await pipeCommands(
    {
      from: read(record.paths),
      onChunk: (chunk) => void reader.push(chunk),
      signal,
    },
    service.clock,
  );
  // 1: something changed while it was read, as it may at any time.
  if (from.exitCode > 1) throw new ProblemError(hostFilesProblem(options.host, from));
  reader.end();
  const is = reader.entries.filter(({ path, kind }) => wanted(path, kind));
  const changes = differences(was, is);
  const lines = changes.flatMap((one) =>
    changeLines(one, { was: sideOf(was, stored.texts, one.path), is: sideOf(is, reader.texts, one.path) }),
  );
  const { machine } = stored.description;
  const there = await observeMachine({ ...options, exec: service.exec }, signal);
  const accounts = missingAccounts(machine, there, was);
  const made = accounts.filter((word) => word !== '--').map((word) => `is made: ${word.split(':', 2).join(' ')}`);
  const packages = only === undefined ? missingPackages(machine, there) : [];
  return {
    ...{ record, changes, put: was.length, lines: [...made, ...lines, ...packages], accounts },
    missing: machine.packages.filter(({ name }) => !there.packages.some((one) => one.name === name)),
    enable: machine.enabled.filter(
      (unit) => !there.enabled.includes(unit) && !isInstanceUnit(service.environment, `/etc/systemd/system/${unit}`),
    ),
  };
}

/** Words of files.sh: accounts, `--`, groups. Pure. */
export function missingAccounts(
  was: Pick<Machine, 'accounts' | 'groups'>,
  is: Pick<Machine, 'accounts' | 'groups'>,
  entries: readonly Pick<TarEntry, 'uid' | 'gid'>[],
): readonly string[] {
  const accounts = was.accounts.filter(
    ({ uid, name }) =>
      entries.some((one) => one.uid === uid) && !is.accounts.some((one) => one.name === name && one.uid === uid),
  );
  const groups = was.groups.filter(
    ({ gid, name }) =>
      (entries.some((one) => one.gid === gid) || accounts.some((one) => one.gid === gid)) &&
      !is.groups.some((one) => one.name === name && one.gid === gid),
  );
  if (accounts.length + groups.length === 0) return [];
  return [
    ...accounts.map(({ name, uid, gid, home, shell }) => [name, uid, gid, home, shell].join(':')),
    '--',
    ...groups.map(({ name, gid }) => `${name}:${gid}`),
  ];
}

/** Told only: packages are a runbook's (`upgrade-packages`), or apt's on a new machine. Those that came as needs of others come so again. Pure. */
export function missingPackages(was: Pick<Machine, 'packages'>, is: Pick<Machine, 'packages'>): readonly string[] {
  return was.packages.flatMap(({ name, version, manual }) => {
    const now = is.packages.find((one) => one.name === name);
    if (now === undefined)
      return manual ? [`not installed: ${name}, was ${version} (packages are not restored here)`] : [];
    return now.version === version || !manual ? [] : [`another version: ${name} ${now.version}, was ${version}`];
  });
}

/** Which entries of a backup a restore puts. Pure. */
export function isPutBack(
  environment: ServiceEnvironment['environment'],
  only: string | undefined,
): (path: string, kind: TarEntry['kind']) => boolean {
  return (path, kind) =>
    path.startsWith('/') &&
    kind !== 'other' &&
    !isInstanceUnit(environment, path) &&
    (only === undefined || isWithin(path, [only.replace(/(?<=.)\/+$/, '')]));
}

/** @throws ProblemError when it is not to be believed */
export async function storedOf(
  { service, repository }: BackupEnvironment,
  record: HostFilesBackup,
  watch: Parameters<typeof readStored>[1],
  signal: AbortSignal,
): Promise<StoredHost> {
  const answer = await readStored(
    { record, repository, secrets: service.secrets, clock: service.clock, signal },
    watch,
  );
  if (answer.kind === 'agrees') return answer.stored;
  throw new ProblemError({
    code: 'restore.host-suspect',
    where: record.id,
    found: answer.why,
    expected: 'a backup that comes back as it was stored',
    remedy: 'name another one with --id (`shiplock backup list`); nothing was changed',
  });
}

/** The one that is named, else the newest. Pure. @throws ProblemError when there is none */
export function recordMeant(
  { files }: Catalogue,
  { environment, host, id }: { readonly environment: string; readonly host: string; readonly id?: string | undefined },
): HostFilesBackup {
  const all = ofHost(files, host);
  const found = id === undefined ? all.at(-1) : all.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'restore.no-files',
    where: `${environment} ${host}`,
    found: id === undefined ? 'no backup of this host' : `no backup ${id} of this host that is to be believed`,
    expected: 'files of the host that were backed up',
    remedy: '`shiplock backup list` names them; `backup.files` says what is backed up (`{ on: …, paths: […] }`)',
  });
}

interface Side {
  readonly entry: TarEntry | undefined;
  /** Null: not for everybody, too long, or no text. */
  readonly text: string | null;
}

function sideOf(entries: readonly TarEntry[], texts: ReadonlyMap<string, Buffer>, path: string): Side {
  const entry = entries.find((one) => one.path === path);
  const bytes = texts.get(path);
  // What not everybody may read there is not for a terminal or a journal either.
  if (entry === undefined || bytes === undefined || (entry.mode & 0o004) === 0) return { entry, text: null };
  const text = bytes.toString('utf8');
  const plain = Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\0') && !text.includes('PRIVATE KEY');
  return { entry, text: plain ? text : null };
}

function changeLines(
  { path, what }: Difference,
  { was, is }: { readonly was: Side; readonly is: Side },
): readonly string[] {
  if (what === 'extra') return [`stays: ${path} (not in the backup)`];
  if (what === 'missing') return [`comes back: ${path}${entryWords(was.entry)}`];
  const how = what.flatMap((word) => (word === 'content' ? [] : [wordsOf(word, is.entry, was.entry)]));
  const head = `changes: ${path}${how.length === 0 ? '' : ` (${how.join(', ')})`}`;
  if (!what.includes('content')) return [head];
  if (was.text !== null && is.text !== null)
    return [head, ...unifiedDiff(path, is.text, was.text).trimEnd().split('\n')];
  return [head, `  SHA-256 ${short(is.entry)} there, ${short(was.entry)} in the backup`];
}

function wordsOf(word: string, is: TarEntry | undefined, was: TarEntry | undefined): string {
  if (is === undefined || was === undefined) return word;
  switch (word) {
    case 'mode':
      return `mode ${is.mode.toString(8)} → ${was.mode.toString(8)}`;
    case 'owner':
      return `owner ${is.uid}:${is.gid} → ${was.uid}:${was.gid}`;
    case 'target':
      return `link to ${is.target} → ${was.target}`;
    case 'kind':
      return `${is.kind} → ${was.kind}`;
    default:
      return word;
  }
}

function entryWords(entry: TarEntry | undefined): string {
  if (entry === undefined) return '';
  return ` (${entry.kind}, mode ${entry.mode.toString(8)}, owner ${entry.uid}:${entry.gid}${entry.kind === 'file' ? `, ${entry.size} bytes` : ''})`;
}

function short(entry: TarEntry | undefined): string {
  return entry?.sha256.slice(0, 12) ?? '';
}

function notIn({ id, paths }: HostFilesBackup, only: string | undefined): Problem {
  return {
    code: 'restore.not-in-files',
    where: id,
    found: `no ${only ?? 'file'}`,
    expected: `a path at or below ${paths.join(', ')}`,
    remedy: 'give the whole path, as it was on the host; or leave --only out',
  };
}
