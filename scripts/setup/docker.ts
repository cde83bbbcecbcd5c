import { execFile, spawn } from 'node:child_process';
import type { DockerAnswer } from './decide.ts';
import { onPath } from './probe.ts';
import { imagePlatform, registryFrom } from './reference.ts';

/** An image that the engine has. */
export interface LocalImage {
  /** `sha256:…` of its configuration: the same bytes always have the same. */
  readonly id: string;
  /** Unpacked, in bytes. */
  readonly size: number;
}

/** An engine on this machine answers at once; one that is further away, or just starting, has this long. */
const ENGINE_MS = 3000;
/** How long until the registry must have said whether it has the image. */
const REGISTRY_MS = 20_000;
/** How long one image may take to be fetched. */
const PULL_MS = 20 * 60_000;

/** Whether images can be had here: the command, an engine that answers, and a platform whose programs run on this machine. */
export async function askEngine(): Promise<DockerAnswer> {
  if (registryFrom(process.env['SHIPLOCK_REGISTRY']) === null)
    return { kind: 'absent', why: 'SHIPLOCK_REGISTRY is none' };
  if ((await onPath('docker')) === null) return { kind: 'absent', why: 'there is no docker command on PATH' };
  if (imagePlatform(process.platform, process.arch) === null) {
    return { kind: 'absent', why: `no image has programs for ${process.platform} on ${process.arch}` };
  }
  const answer = await docker(['version', '--format', '{{.Server.Os}}'], ENGINE_MS);
  if (answer.code === 0 && answer.stdout.trim() === 'linux') return { kind: 'answers' };
  if (answer.code === 0) return { kind: 'silent', why: `its engine runs ${answer.stdout.trim()} containers` };
  return {
    kind: 'silent',
    why: answer.timedOut ? `no answer within ${ENGINE_MS / 1000} s` : complaintIn(answer.stderr),
  };
}

/** The image, when the engine has it already and for our platform. */
export async function localImage(reference: string, platform: string): Promise<LocalImage | null> {
  const format = '{{.Id}} {{.Size}} {{.Os}}/{{.Architecture}}';
  const answer = await docker(['image', 'inspect', '--format', format, reference], 10_000);
  const [id = '', size = '', found = ''] = answer.stdout.trim().split(' ');
  return answer.code === 0 && /^sha256:[0-9a-f]{64}$/.test(id) && found === platform
    ? { id, size: Number(size) }
    : null;
}

export type Pulled =
  | { readonly kind: 'pulled' }
  /** `answered`: the registry spoke, so that asking it for another image makes sense. */
  | { readonly kind: 'failed'; readonly why: string; readonly answered: boolean };

/**
 * Has the engine fetch an image. Layers that have arrived stay with the engine, so a fetch that was interrupted goes on from there.
 * `onLayers` is called whenever one more has arrived.
 */
export function pull(reference: string, platform: string, onLayers: (layers: Layers) => void): Promise<Pulled> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', ['pull', '--platform', platform, reference], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let late: string | null = null;
    const giveUp = (why: string): void => {
      late = why;
      child.kill('SIGKILL');
    };
    // The engine says "Pulling from …" as soon as the registry has answered for this image.
    const first = setTimeout(() => giveUp(`the registry did not answer within ${REGISTRY_MS / 1000} s`), REGISTRY_MS);
    const whole = setTimeout(() => giveUp(`not fetched within ${PULL_MS / 60_000} minutes`), PULL_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      clearTimeout(first);
      stdout += chunk.toString('utf8');
      onLayers(layersIn(stdout));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    const finish = (): void => {
      clearTimeout(first);
      clearTimeout(whole);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (code) => {
      finish();
      if (code === 0) resolve({ kind: 'pulled' });
      else resolve({ kind: 'failed', why: late ?? complaintIn(stderr), answered: stdout !== '' || saysNo(stderr) });
    });
  });
}

/** Whether these words come from a registry that was reached and has not what was asked for. */
export function saysNo(text: string): boolean {
  return /not found|manifest unknown|no matching manifest|denied|toomanyrequests/.test(text);
}

/** How many layers an image has, as far as is known yet, and how many of them have arrived. */
export interface Layers {
  readonly arrived: number;
  readonly all: number;
}

/** Counts layers in what `docker pull` prints when it does not write to a terminal: `ID: what happens to it`, line by line. */
export function layersIn(text: string): Layers {
  const states = new Map<string, boolean>();
  for (const [, id = '', state = ''] of text.matchAll(/^([0-9a-f]{6,64}): (.*)$/gm)) {
    states.set(id, /^(Download complete|Pull complete|Already exists)/.test(state) || states.get(id) === true);
  }
  return { arrived: [...states.values()].filter(Boolean).length, all: states.size };
}

/** The one line to show of what Docker complains about. */
export function complaintIn(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? 'no reason given';
  return last.replace(/^Error response from daemon: /, '');
}

/**
 * POSIX shell: the file system of the image `$2` in the directory `$1`, by way of the container `$3`, which is never started. Its name is
 * ours alone, so one that a killed run left is removed first. Device files are left out (only root can make them), and no
 * file keeps a set-user-id bit: nothing of an image may give more rights than the caller has. For `makeOnce`.
 */
export const unpackScript = `
docker rm -v "$3" > /dev/null 2>&1 || :
trap 'docker rm -v "$3" > /dev/null 2>&1 || :' EXIT
docker create --name "$3" "$2" none > /dev/null
mkdir "$1"
rm -f "$1.cut"
{ docker export "$3" || : > "$1.cut"; } | tar -x -C "$1" --no-same-owner --no-same-permissions --anchored \\
  --exclude 'dev/*' --exclude 'proc/*' --exclude 'sys/*'
[ ! -e "$1.cut" ]
chmod -R u+rwX,a-s "$1"`;

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

function docker(args: readonly string[], timeout: number): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile('docker', [...args], { timeout, killSignal: 'SIGKILL' }, (error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr, timedOut: error !== null && error.killed === true }),
    );
  });
}
