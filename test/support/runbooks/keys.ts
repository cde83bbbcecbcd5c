import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostLab, type LabHost, startHosts } from '../../../scripts/components/hosts.ts';
import { hostProgram } from '../../../src/platform/ssh/program.ts';

/** Real hosts whose user `deploy` lets a key of its own in, and repositories of restic: what `key-rotate` exchanges. */

export interface KeyWorld {
  readonly dir: string;
  readonly store: string;
  readonly configFile: string;
}

export interface HostKeyWorld extends KeyWorld, AsyncDisposable {
  readonly hosts: readonly LabHost[];
  /** `platform.identityFile`. */
  readonly identity: string;
  /** Whether `deploy` gets in with the key of a file, by ssh alone. */
  letsIn(host: LabHost, file: string): boolean;
  /** authorized_keys of `deploy`, line by line. */
  lines(host: LabHost): Promise<readonly string[]>;
}

/** What stands before a key that only some may use from some places. */
export const RESTRICTED = 'from="10.77.*,127.0.0.1",no-port-forwarding';

/** @param given hosts that are made anew for it and stay; left out: two of its own */
export async function hostKeyWorld(given?: HostLab): Promise<HostKeyWorld> {
  const lab = given ?? (await startHosts(2));
  const dir = mkdtempSync(join(tmpdir(), 'sl-keys-'));
  const identity = join(dir, 'id');
  const world: HostKeyWorld = {
    ...{ dir, identity, hosts: lab.hosts, store: join(dir, 'state'), configFile: join(dir, 'shiplock.yaml') },
    letsIn: ({ address }, file) => {
      const words = ['-F', 'none', '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none'];
      const known = ['-o', `UserKnownHostsFile=${lab.knownHosts}`, '-o', 'LogLevel=ERROR'];
      try {
        execFileSync('ssh', [...words, ...known, '-i', file, `deploy@${address}`, 'true'], { stdio: 'pipe' });
        return true;
      } catch {
        return false;
      }
    },
    lines: async (host) => (await must(host, 'cat /home/deploy/.ssh/authorized_keys')).trim().split('\n'),
    async [Symbol.asyncDispose]() {
      if (given === undefined) await lab[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    execFileSync('ssh-keygen', ['-qt', 'ed25519', '-N', '', '-C', 'first', '-f', identity]);
    const line = readFileSync(`${identity}.pub`, 'utf8').trim();
    const { path, text } = hostProgram();
    await Promise.all(lab.hosts.map((host) => must(host, onHost(line, path, text))));
    writeFileSync(world.configFile, hostsText(lab, world));
    return world;
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

/** The user, its key behind restrictions beside somebody else's, and the program of hosts with the right to run it. */
function onHost(line: string, path: string, program: string): string {
  return `set -e
id deploy >/dev/null 2>&1 || useradd --create-home --shell /bin/sh deploy
rm -rf /home/deploy/.ssh /srv/shop
mkdir -m 700 /home/deploy/.ssh
cat >/home/deploy/.ssh/authorized_keys <<'KEYS'
# of people
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIElqb3VybmFsIG9mIHNvbWVib2R5IGVsc2UgaGVyZSAx anna@laptop
${RESTRICTED} ${line}
KEYS
chmod 600 /home/deploy/.ssh/authorized_keys
chown -R deploy:deploy /home/deploy/.ssh
mkdir -p ${path.slice(0, path.lastIndexOf('/'))} /srv/shop
cat >${path} <<'PROGRAM'
${program}PROGRAM
chmod 755 ${path}
echo 'deploy ALL=(root) NOPASSWD: /usr/local/lib/shiplock/host-* /srv/shop *' >/etc/sudoers.d/shiplock
chmod 440 /etc/sudoers.d/shiplock`;
}

async function must(host: LabHost, script: string): Promise<string> {
  const { code, output } = await host.run(script);
  if (code !== 0) throw new Error(output);
  return output;
}

function head(platform: string): string {
  return `apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: shop
    command: [./shop]
    ready: /readyz
environments:
  production:
    platform:
${platform}
    traffic:
      kind: haproxy
      directory: here/proxy
      bind: 127.0.0.1:8080
    rollout:
      steps:
        - share: 10%
          bake: 5m
`;
}

function hostsText({ knownHosts, hosts }: HostLab, { identity }: Pick<HostKeyWorld, 'identity'>): string {
  return head(`      kind: ssh
      root: /srv/shop
      localRoot: here
      user: deploy
      knownHosts: ${knownHosts}
      identityFile: ${identity}
      hosts:
${hosts.map(({ name, address }) => `        - { name: ${name}, address: ${address} }`).join('\n')}`);
}

export interface BackupKeyWorld extends KeyWorld, Disposable {
  /** The file of the password that both repositories have. */
  readonly password: string;
  readonly repositories: readonly string[];
  /** Whether the password of a file opens a repository, by restic alone. */
  opens(repository: string, file: string): boolean;
  /** Removes the key that the password of a file opens, as somebody may by hand. */
  forget(repository: string, file: string): void;
  /** How many keys it has. */
  keys(repository: string): number;
}

export const FIRST_PASSWORD = 'first-password-of-the-backups';

/** Repositories with one password. */
export function backupKeyWorld(count: 1 | 2 = 2): BackupKeyWorld {
  const dir = mkdtempSync(join(tmpdir(), 'sl-keys-'));
  const password = join(dir, 'restic-password');
  const repositories = ['here', 'elsewhere'].slice(0, count).map((name) => join(dir, 'repositories', name));
  writeFileSync(password, `${FIRST_PASSWORD}\n`, { mode: 0o640 });
  mkdirSync(join(dir, 'files'));
  writeFileSync(join(dir, 'files', 'page.html'), 'a page');
  const restic = (repository: string, words: readonly string[], file = password): string =>
    execFileSync('restic', [...words], {
      env: {
        ...process.env,
        RESTIC_REPOSITORY: repository,
        RESTIC_PASSWORD_FILE: file,
        RESTIC_CACHE_DIR: join(dir, 'cache'),
      },
      stdio: 'pipe',
    }).toString('utf8');
  for (const repository of repositories) restic(repository, ['init']);
  const configFile = join(dir, 'shiplock.yaml');
  writeFileSync(
    configFile,
    `${head('      kind: local\n      root: here')}    backup:
      repository: ${repositories[0]}
      password: { secret: 'file:${password}' }
      files: [files]
${repositories
  .slice(1)
  .map((one) => `      copies:\n        - { repository: ${one}, password: { secret: 'file:${password}' } }\n`)
  .join('')}`,
  );
  return {
    ...{ dir, configFile, store: join(dir, 'state'), password, repositories },
    opens(repository, file) {
      try {
        restic(repository, ['--no-lock', 'cat', 'config'], file);
        return true;
      } catch {
        return false;
      }
    },
    forget(repository, file) {
      const [, id = ''] = /^\*(\w+)/m.exec(restic(repository, ['--no-lock', 'key', 'list'], file)) ?? [];
      restic(repository, ['key', 'remove', id]);
    },
    keys: (repository) => readdirSync(join(repository, 'keys')).length,
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A copy of a file as it is now, under another name. */
export function copyOf(file: string): string {
  const copy = `${file}.copy-of-test`;
  copyFileSync(file, copy);
  return copy;
}
