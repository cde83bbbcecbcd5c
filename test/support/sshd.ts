import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, listens } from '../../scripts/components/ports.ts';
import { newKey } from './keys.ts';

/** A real sshd on loopback that lets one key in, and a directory whose `ssh` knows that key and that server and nothing of the user's own. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
  /** `ssh://user@127.0.0.1:port` */
  readonly url: string;
  /** To be put first on PATH. */
  readonly bin: string;
  /** Forgets the server's key, or the client's. */
  forget(what: 'host' | 'key'): void;
}

export async function startSshd(dir: string): Promise<Sshd> {
  const port = await freePort();
  const host = newKey(dir, 'host');
  const key = newKey(dir, 'client');
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${host.file}`,
    `AuthorizedKeysFile ${key.file}.pub`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'PidFile none',
  ];
  writeFileSync(join(dir, 'sshd_config'), `${settings.join('\n')}\n`);
  const known = join(dir, 'known_hosts');
  writeFileSync(known, `[127.0.0.1]:${port} ${host.line}\n`);
  const bin = join(dir, 'bin');
  const client = (identity: string): void => {
    const options = ['-F none', `-o UserKnownHostsFile=${known}`, '-o IdentitiesOnly=yes', '-o IdentityAgent=none'];
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh ${options.join(' ')} -i ${identity} "$@"\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
  };
  mkdirSync(bin);
  client(key.file);
  const child = spawn('sh', ['-c', serverScript(dir)], { stdio: 'ignore' });
  await until(() => listens(port));
  return {
    port,
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    bin,
    forget(what) {
      if (what === 'host') writeFileSync(known, '');
      else client(newKey(dir, 'other').file);
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Root's sshd wants an account and a directory of its own: it gets them in a mount namespace that ends with it. */
function serverScript(dir: string): string {
  const run = `exec ${program()} -D -e -f ${join(dir, 'sshd_config')}`;
  if (userInfo().uid !== 0) return run;
  const passwd = join(dir, 'passwd');
  const account = 'sshd:x:33322:65534::/run/sshd:/usr/sbin/nologin';
  const set = [
    `(cat /etc/passwd; grep -q ^sshd: /etc/passwd || echo ${account}) > ${passwd}`,
    `mkdir -p ${dir}/run/sshd`,
    `mount --bind ${passwd} /etc/passwd`,
    `mount --bind ${dir}/run /run`,
  ];
  return `exec unshare --mount --propagation private sh -c '${[...set, run].join(' && ')}'`;
}

/** The machine's own, or the one of Debian's package, unpacked without being installed. */
function program(): string {
  const installed = '/usr/sbin/sshd';
  if (existsSync(installed)) return installed;
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shiplock', 'sshd');
  const unpacked = join(cache, 'usr/sbin/sshd');
  if (existsSync(unpacked)) return unpacked;
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-sshd-'));
  try {
    execFileSync('apt-get', ['download', 'openssh-server'], { cwd: dir, stdio: 'pipe' });
    const [deb = ''] = readdirSync(dir);
    mkdirSync(join(cache, '..'), { recursive: true });
    execFileSync('dpkg', ['-x', join(dir, deb), join(dir, 'root')]);
    execFileSync('cp', ['-a', join(dir, 'root'), `${cache}.${process.pid}`]);
    renameSync(`${cache}.${process.pid}`, cache);
    return unpacked;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function until(true_: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 200; n++) {
    if (await true_()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('sshd does not listen');
}
