import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { openDialog } from '../../procedure/machine/exec.ts';
import { askEngine, claim, DIRECTORY, needImage, removeAbandoned } from './engine.ts';
import {
  initialiseWords,
  inShell,
  type LocalServer,
  type LocalThrowAway,
  mustRun,
  type Places,
  START_MS,
  served,
  serverWords,
} from './local.ts';
import { makePlace } from './place.ts';

/**
 * A server in a container, started for one plan. It has no network: its socket lies in a directory of this machine, and that is all that it shares
 * with it. Its data are held in memory, so that SQL from pull requests fills no disk, and are gone with it.
 */

export interface ContainerServer extends Pick<LocalServer, 'family' | 'user' | 'database' | 'arguments'> {
  /** `NAME@sha256:…`, or the id of one that the engine has. */
  readonly image: string;
  /** Bytes that it may take, its data included. */
  readonly memory: number;
}

/** Where it has what, inside. */
const PLACES: Places = {
  data: '/shadow/data',
  tmp: '/shadow/tmp',
  run: '/shadow-run',
  nowhere: '/shadow/nowhere',
  noPlugins: '/shadow/no-plugins',
};
/** Processes and threads: a server with 20 connections has some 60. */
const TASKS = 512;

/**
 * Runs inside as the first process, so that all ends with it: when the server has ended, and when the input has, which the engine closes when the
 * command that started the container dies in whatever way.
 */
const INSIDE = `exec 3<&0
trap 'exit 0' TERM
mkdir -m 700 ${PLACES.data} ${PLACES.tmp} && mkdir -m 555 ${PLACES.nowhere} || exit
{ while read -r line; do :; done <&3; kill -TERM 1; } > /dev/null 2>&1 &
{ exec 3<&-; eval "$1"; } < /dev/null &
wait $!`;

/**
 * Holds the container while its input is open, as the container itself does; then sees to it that it is removed, and deletes the directory.
 * Words: directory, name of the container, what starts it.
 */
const GUARD = `dir=$1 name=$2
shift 2
read -r go || { rm -rf "$dir"; exit 0; }
exec 3<&0
{ "$@" <&3; echo "ended with $?"; } > "$dir/server.log" 2>&1 &
run=$!
echo started
while read -r line; do :; done
docker rm --force --volumes "$name" > /dev/null 2>&1
wait "$run"
rm -rf "$dir"`;

/** How long an engine may take to remove a container before nobody waits for it any more; the guard goes on. */
const REMOVE_MS = 30_000;

/** Starts it. @throws ProblemError when there is no engine or image, and with the end of its log when it does not come up */
export async function startContainer(
  wanted: ContainerServer,
  { exec, clock }: { readonly exec: Exec; readonly clock: Clock },
): Promise<LocalThrowAway> {
  await askEngine(exec, wanted.image);
  await removeAbandoned(exec);
  await needImage(exec, wanted.image);
  const dir = await makePlace(DIRECTORY);
  try {
    const owner = await ownerOf(wanted.user, exec);
    const run = join(dir, 'run');
    await mkdir(run, { mode: 0o700 });
    if (process.getuid?.() === 0) await mustRun(exec, ['chown', owner, run]);
    return await startIn(dir, wanted, owner, clock);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, wanted: ContainerServer, owner: string, clock: Clock): Promise<LocalThrowAway> {
  const name = `shiplock-shadow-${randomBytes(6).toString('hex')}`;
  const log = join(dir, 'server.log');
  const words = runWords(wanted, { name, owner, run: join(dir, 'run'), label: await claim(dir) });
  const guard = openDialog(['sh', '-c', GUARD, 'sh', dir, name, ...words], clock);
  const close = async (): Promise<void> => {
    const late = new AbortController();
    await Promise.race([guard.close(), clock.sleep(REMOVE_MS, late.signal).catch(() => undefined)]);
    late.abort();
  };
  try {
    await guard.ask('start', AbortSignal.timeout(START_MS));
    const { database } = wanted;
    return await served({ socketPath: join(dir, 'run', 's'), log, database, guard: { close } }, clock);
  } catch (error) {
    // The guard deletes its log too, which is what tells why.
    const text = await readFile(log, 'utf8').catch(() => '');
    await close();
    const said = error instanceof Error ? error.message : String(error);
    throw noServer(wanted.image, `${said}${text === '' ? '' : `; its log ends: ${text.trim().slice(-500)}`}`);
  }
}

/** `UID:GID` of who it runs as: never root, and on this machine nobody who owns more than its socket. */
async function ownerOf(user: string, exec: Exec): Promise<string> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid !== undefined && gid !== undefined && uid !== 0) return `${uid}:${gid}`;
  const ids: string[] = [];
  for (const flag of ['-u', '-g']) {
    const { exitCode, stdout, stderr } = await exec.read(['id', flag, user]);
    if (exitCode !== 0) throw noUser(user, stderr.trim());
    ids.push(stdout.trim());
  }
  if (ids[0] === '0') throw noUser(user, 'it is root');
  return ids.join(':');
}

/** The command that runs it, attached. Pure. */
export function runWords(
  { image, memory, ...server }: ContainerServer,
  here: { readonly name: string; readonly owner: string; readonly run: string; readonly label: string },
): readonly string[] {
  const [uid = '', gid = ''] = here.owner.split(':');
  const [program, maker] =
    server.family === 'mysql' ? (['mysqld', 'mysqld'] as const) : (['mariadbd', 'mariadb-install-db'] as const);
  const begin = [...initialiseWords(maker, server), `--datadir=${PLACES.data}`, `--tmpdir=${PLACES.tmp}`];
  const serve = [...serverWords(program, PLACES, server), `--socket=${join(PLACES.run, 's')}`];
  const half = Math.floor(memory / 2);
  return [
    ...['docker', 'run', '--rm', '--interactive', '--pull=never', '--name', here.name, '--label', here.label],
    // Nothing of the machine and nobody on it: no network, no rights that a process could get, and nothing that can be written but what is named here.
    ...['--network=none', '--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', `--user=${here.owner}`],
    ...[`--memory=${memory}`, `--memory-swap=${memory}`, `--pids-limit=${TASKS}`, '--log-driver=none'],
    `--tmpfs=/shadow:rw,nosuid,nodev,noexec,size=${half},mode=0700,uid=${uid},gid=${gid}`,
    '--tmpfs=/tmp:rw,nosuid,nodev,noexec,size=16777216',
    `--mount=type=bind,"source=${here.run}",target=${PLACES.run}`,
    // The image's own entry point would make accounts and open ports.
    ...['--entrypoint=/bin/sh', image, '-c', INSIDE, 'sh', `${inShell(begin)} && exec ${inShell(serve)}`],
  ];
}

function noServer(image: string, found: string): ProblemError {
  return new ProblemError({
    code: 'migrate.shadow-no-container',
    where: `database.shadow.image (${image})`,
    found,
    expected: 'an image whose server starts on an empty data directory, with a shell beside it',
    remedy:
      'take the image of the target’s family and version, raise `memory:` when it was killed, or name a program with `program:`',
  });
}

function noUser(user: string, found: string): ProblemError {
  return new ProblemError({
    code: 'migrate.shadow-no-user',
    where: `database.shadow.user (${user})`,
    found,
    expected: 'a user of this machine that is not root',
    remedy: 'name one that is there, such as nobody',
  });
}
