import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { digestOf, toJson } from '../../procedure/journal/canonical.ts';
import type { ScanConfig } from '../../scan/config.ts';
import { keptRuns, policyIn, type ScannerRun, type ScanRecord, wantedIn } from '../../scan/result.ts';
import type { Service } from '../door.ts';
import { type BuiltImage, imagesOf } from './images.ts';

/** Scans exactly one commit: its files as git has them, in a place of its own, with its own history and no other branch's. */

const GIT_MS = 120_000;

/**
 * What is asked of the scanners, and which images of the commit they look into: another image needs another look. Waivers and limits are no part
 * of it: they are judged later. Pure.
 */
export function settingsDigest(config: ScanConfig, images: readonly BuiltImage[] = []): string {
  const {
    waivers: _waivers,
    failOn: _failOn,
    present: _present,
    timeout: _timeout,
    scanners: _scanners,
    ...asked
  } = config;
  const built = images.length === 0 ? {} : { built: images.map(({ digest }) => digest) };
  return `sha256:${digestOf(toJson({ ...asked, ...built, wanted: wantedIn(config) }))}`;
}

/** Scans a commit by this configuration. What a scanner could not do stands in the record; nothing is kept here. */
export async function scanCommit(
  service: Pick<Service, 'exec' | 'clock' | 'baseDir' | 'door' | 'store'> & { readonly name: string },
  commit: string,
  config: ScanConfig,
  { onEnd, signal }: { readonly onEnd?: (run: ScannerRun) => void; readonly signal?: AbortSignal } = {},
): Promise<ScanRecord> {
  const { exec, clock, baseDir, door, name } = service;
  const images = await imagesOf(service.store, commit);
  const own = images.map(({ name: image, path }) => ({ name: image, path }));
  // The forms of all scanners' outputs are large, and most runs scan nothing.
  const { builtInSettings, inputsOf, repositoryOf, scan } = await import('../../scan/index.ts');
  const time = new Date(clock.now()).toISOString();
  const inputs = inputsOf(config, baseDir);
  const vulnerabilities = config.vulnerabilities === undefined ? null : resolve(baseDir, config.vulnerabilities);
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'shiplock-commit-')));
  try {
    const directory = join(scratch, 'commit');
    const top = (await repositoryOf(exec, baseDir)) ?? baseDir;
    await layOut(exec, { top, commit, directory, history: config.history });
    const result = await scan({
      ...{ directory, exec, clock, vulnerabilities, base: null, whole: false, today: time.slice(0, 10) },
      wanted: wantedIn(config),
      // Facts are kept, so nothing is waived here.
      policy: { ...policyIn(config), waivers: [] },
      inputs: { ...inputs, images: [...inputs.images, ...own] },
      timeoutMs: config.timeout,
      history: config.history,
      exclude: config.exclude,
      builtIn: builtInSettings(config),
      path: door.env['PATH'] ?? '',
      ...(onEnd === undefined ? {} : { onEnd }),
      signal,
    });
    return {
      ...{ formatVersion: 1, service: name, commit, time, settings: settingsDigest(config, images) },
      database: vulnerabilities === null ? null : await databaseDate(vulnerabilities),
      scanners: keptRuns(result.runs),
      findings: result.findings.map(({ finding }) => ({
        ...finding,
        scanners: [...finding.scanners],
        aliases: [...finding.aliases],
        cwe: [...finding.cwe],
      })),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The commit in an empty repository that borrows the objects of the one it comes from: no other branch, no hook, no setting and no file that
 * git does not know comes along.
 */
async function layOut(
  exec: Exec,
  {
    top,
    commit,
    directory,
    history,
  }: { readonly top: string; readonly commit: string; readonly directory: string; readonly history: boolean },
): Promise<void> {
  const git = async (at: string, ...args: readonly string[]): Promise<string> => {
    const argv = ['git', '-c', 'safe.directory=*', '-c', 'core.hooksPath=/dev/null', '-C', at, ...args];
    const { exitCode, stdout, stderr } = await exec.read(argv, { timeoutMs: GIT_MS });
    if (exitCode === 0) return stdout.trim();
    throw new ProblemError({
      code: 'release.scan-no-commit',
      where: `${top} at ${commit.slice(0, 12)}`,
      found: stderr.trim().split('\n')[0] ?? `git ended with ${exitCode}`,
      expected: 'the files of the commit that is released',
      remedy: 'fetch the commit with its history (`git fetch`), then start again',
    });
  };
  if (history && (await git(top, 'rev-parse', '--is-shallow-repository')) === 'true') {
    throw new ProblemError({
      code: 'release.scan-shallow',
      where: top,
      found: 'a repository without its older commits',
      expected: 'the whole history: secrets in earlier commits are looked for',
      remedy: '`git fetch --unshallow` (actions/checkout: `fetch-depth: 0`), or write `scan.history: false`',
    });
  }
  const objects = await git(top, 'rev-parse', '--path-format=absolute', '--git-path', 'objects');
  await mkdir(directory, { recursive: true });
  await git(directory, 'init', '-q', '--template=');
  await mkdir(join(directory, '.git', 'objects', 'info'), { recursive: true });
  await writeFile(join(directory, '.git', 'objects', 'info', 'alternates'), `${objects}\n`);
  await git(directory, 'checkout', '-q', '--detach', commit);
}

const databaseSchema = z.looseObject({ modified: z.string() });

/** When a copy of the Go vulnerability database was made; null where it does not say. https://go.dev/doc/security/vuln/database */
async function databaseDate(directory: string): Promise<string | null> {
  try {
    const read = databaseSchema.safeParse(JSON.parse(await readFile(join(directory, 'index', 'db.json'), 'utf8')));
    return read.success ? read.data.modified : null;
  } catch {
    // The scanner that needs it says what is wrong with it.
    return null;
  }
}
