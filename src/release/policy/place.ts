import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { trusted } from '../../procedure/index.ts';
import type { Service } from '../door.ts';

/** Where the policy of a service is read: what the administrator of the machine has fixed, else what shiplock.yaml says. */
export interface PolicyPlace {
  /** Address for `git fetch`. */
  readonly address: string;
  /** Null: the default branch. */
  readonly branch: string | null;
  /** Inside the repository. */
  readonly file: string;
  readonly pinned: boolean;
  /** File that break-glass reads; null: the copy of the last reading in the state directory. */
  readonly copy: string | null;
}

export const PIN_FILE = '/etc/shiplock/policy.json';

const pinSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Service → place. A service that is not here is refused on this machine. */
  services: z.record(
    z.string(),
    z.strictObject({
      repository: z.string().regex(/^[^-\s][^\s\0]*$/),
      branch: z.string().optional(),
      file: z.string().default('shiplock.yaml'),
      copy: z.string().optional(),
    }),
  ),
});

/** Null when there is no policy: neither fixed on this machine nor named in shiplock.yaml. */
export async function policyPlace(service: Service): Promise<PolicyPlace | null> {
  const { config, door } = service;
  const pinFile = door.pinFile ?? PIN_FILE;
  const pins = await readPins(pinFile);
  if (pins !== undefined) {
    const name = config.service.service;
    const pin = Object.hasOwn(pins.services, name) ? pins.services[name] : undefined;
    if (pin === undefined) throw new ProblemError(notPinned(pinFile, name));
    const { repository, branch = null, file, copy = null } = pin;
    return { address: repository, branch, file, pinned: true, copy };
  }
  const { people, policy } = config.service;
  if (people === undefined && policy === undefined) return null;
  const repository = policy?.repository ?? 'origin';
  return {
    address: await addressOf(service, repository),
    branch: policy?.branch ?? null,
    file: policy?.file ?? (await fileInRepository(service)),
    pinned: false,
    copy: null,
  };
}

/** Only what root alone can change is believed: the file and its directory. */
async function readPins(path: string): Promise<z.infer<typeof pinSchema> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ProblemError(badPins(path, error instanceof Error ? error.message : String(error)));
  }
  for (const one of [path, dirname(path)]) {
    const { uid, mode } = await stat(one);
    if (uid !== 0 || (mode & 0o022) !== 0)
      throw new ProblemError(badPins(path, `${one} can be changed by others than root`));
  }
  try {
    return pinSchema.parse(JSON.parse(text));
  } catch (error) {
    const found = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', '; ') : String(error);
    throw new ProblemError(badPins(path, found));
  }
}

async function addressOf({ exec, baseDir }: Service, repository: string): Promise<string> {
  if (/[:/]/.test(repository)) return repository;
  const result = await exec.read(localGit(baseDir, 'remote', 'get-url', repository), { timeoutMs: 10_000 });
  const address = result.stdout.trim();
  if (result.exitCode === 0 && address !== '') return address;
  throw new ProblemError({
    code: 'policy.no-repository',
    where: 'shiplock.yaml: policy.repository',
    found: result.stderr.trim().split('\n')[0] ?? '',
    expected: `a git remote named ${repository} in ${baseDir}`,
    remedy: 'name the repository of the policy: `policy: { repository: https://… }`',
  });
}

async function fileInRepository({ exec, baseDir, configFile }: Service): Promise<string> {
  const result = await exec.read(localGit(baseDir, 'rev-parse', '--show-prefix'), { timeoutMs: 10_000 });
  return `${result.exitCode === 0 ? result.stdout.trim() : ''}${basename(configFile)}`;
}

/** Without the variables of the caller, which could name another repository. */
function localGit(baseDir: string, ...args: readonly string[]): readonly string[] {
  return trusted(['git', '-c', 'safe.directory=*', '-C', baseDir, ...args]);
}

function notPinned(pinFile: string, service: string): Problem {
  return {
    code: 'policy.not-pinned',
    where: pinFile,
    found: `no place of a policy for ${service}`,
    expected: 'every service that is released from this machine',
    remedy: 'let the administrator of this machine add it',
  };
}

function badPins(path: string, found: string): Problem {
  return {
    code: 'policy.bad-pin',
    where: path,
    found,
    expected:
      'a file of root that nobody else can change: {"formatVersion":1,"services":{"<service>":{"repository":"…"}}}',
    remedy: 'let the administrator of this machine mend it',
  };
}
