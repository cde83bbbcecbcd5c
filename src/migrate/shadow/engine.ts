import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsedJson } from '../../model/json.ts';
import type { CommandResult, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { identitySchema, isGone, ownIdentity, type ProcessIdentity } from '../../procedure/machine/identity.ts';

/** The Docker engine of this machine, as far as throw-away servers need it: whether it can run one, its images, and what dead ones left. */

/** An engine on this machine answers at once. */
const ENGINE_MS = 15_000;
/** How long an image may take to be fetched. */
const PULL_MS = 20 * 60_000;
/** Label of each container of ours; its value says whose it is. */
const LABEL = 'shiplock.shadow';
/** File in each directory of ours that says the same. */
const HOLDER = 'holder.json';
/** How a directory of ours is called, before what makes it the only one of this name. */
export const DIRECTORY = 'shiplock-shadow-';

/** Marks a directory as that of this process; answers the label for its container. */
export async function claim(directory: string): Promise<string> {
  const holder = JSON.stringify(ownIdentity());
  await writeFile(join(directory, HOLDER), holder, { mode: 0o600 });
  return `${LABEL}=${holder}`;
}

/** @throws ProblemError when containers of ours cannot be run: no engine, one elsewhere, one that gives users other numbers */
export async function askEngine(exec: Exec, image: string): Promise<void> {
  const told = await docker(exec, ['info', '--format', '{{.OSType}} {{json .SecurityOptions}}']);
  const place = process.env['DOCKER_HOST'] ?? (await contextHost(exec));
  const found = unfit({ ...told, place });
  if (found === null) return;
  throw new ProblemError({
    code: 'migrate.shadow-no-engine',
    where: `database.shadow.image (${image})`,
    found,
    expected: 'a Docker engine on this machine which this user may use, and in which users have their own numbers',
    remedy:
      'start the engine, or let this user use it; otherwise name a server program of this machine with `program:`, or a running server with `dsn:`',
  });
}

/** Why not; null: it will do. Pure. */
export function unfit({
  exitCode,
  stdout,
  stderr,
  place,
}: CommandResult & { readonly place: string | null }): string | null {
  if (exitCode === 127) return 'there is no docker command on PATH';
  // A directory of this machine is mounted in the container: the socket lies in it.
  if (place !== null && !place.startsWith('unix://')) return `the engine is at ${place}, not on this machine`;
  if (exitCode !== 0) return lastLine(stderr);
  if (!stdout.startsWith('linux ')) return `the engine runs ${stdout.split(' ')[0]} containers`;
  const mapped = ['rootless', 'userns'].find((option) => stdout.includes(`name=${option}`));
  return mapped === undefined ? null : `the engine gives users other numbers (${mapped})`;
}

/** Where the current context of the command has its engine; null: it does not tell. */
async function contextHost(exec: Exec): Promise<string | null> {
  const format = '{{.Endpoints.docker.Host}}';
  const { exitCode, stdout } = await docker(exec, ['context', 'inspect', '--format', format]);
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

/** Has the engine fetch the image when it does not have it. @throws ProblemError when it cannot be had */
export async function needImage(exec: Exec, image: string): Promise<void> {
  const there = await docker(exec, ['image', 'inspect', '--format', '{{.Id}}', image]);
  if (there.exitCode === 0) return;
  const fetched = image.includes('@')
    ? await docker(exec, ['pull', '--quiet', image], PULL_MS)
    : { exitCode: 1, stderr: 'the engine has no image with this id, and an id alone does not say where to fetch it' };
  if (fetched.exitCode === 0) return;
  throw new ProblemError({
    code: 'migrate.shadow-no-image',
    where: `database.shadow.image (${image})`,
    found: lastLine(fetched.stderr),
    expected: 'an image that the engine has, or can fetch',
    remedy:
      'mend name or digest, log in to its registry with `docker login`, or fetch it beforehand with `docker pull`; `docker image inspect` shows the digest under RepoDigests',
  });
}

/**
 * Removes the containers and directories of processes that are certainly gone: they end by themselves when their process does, unless the engine was
 * killed just then. Those of other machines and namespaces that share the engine stay.
 */
export async function removeAbandoned(exec: Exec): Promise<void> {
  const format = `{{.ID}} {{.Label "${LABEL}"}}`;
  const { exitCode, stdout } = await docker(exec, ['ps', '--all', '--filter', `label=${LABEL}`, '--format', format]);
  if (exitCode !== 0) return;
  for (const id of abandoned(stdout, isGone)) await docker(exec, ['rm', '--force', '--volumes', id]);
  // Both places that a directory of ours may be in.
  for (const place of new Set([tmpdir(), '/tmp'])) {
    for (const name of await readdir(place).catch(() => [])) {
      if (!name.startsWith(DIRECTORY)) continue;
      const directory = join(place, name);
      // What others have put there is theirs, whatever it is called.
      const found = await lstat(directory).catch(() => null);
      if (found === null || !found.isDirectory() || found.uid !== process.getuid?.()) continue;
      const holder = holderIn(await readFile(join(directory, HOLDER), 'utf8').catch(() => ''));
      if (holder !== null && isGone(holder)) await rm(directory, { recursive: true, force: true });
    }
  }
}

/** Those in a list of lines `ID LABEL` whose process is gone. Pure but for what it is told of processes. */
export function abandoned(list: string, gone: (holder: ProcessIdentity) => boolean): readonly string[] {
  return list.split('\n').flatMap((line) => {
    const [, id = '', label = ''] = /^([0-9a-f]{12,64}) (\{.*\})$/.exec(line.trim()) ?? [];
    const holder = holderIn(label);
    return holder !== null && gone(holder) ? [id] : [];
  });
}

/** Null: it does not say. */
function holderIn(text: string): ProcessIdentity | null {
  return identitySchema.safeParse(parsedJson(text)).data ?? null;
}

function docker(exec: Exec, words: readonly string[], timeoutMs = ENGINE_MS): Promise<CommandResult> {
  return exec.read(['docker', ...words], { timeoutMs });
}

/** What Docker complains about, in one line. Pure. */
function lastLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? 'no reason given';
  return last.replace(/^(?:docker: )?Error response from daemon: /, '').slice(-500);
}
