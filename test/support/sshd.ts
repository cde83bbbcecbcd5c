import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
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
  const { file, libraries } = program();
  const run = `${libraries === '' ? '' : `LD_LIBRARY_PATH=${libraries} `}exec ${file} -D -e -f ${join(dir, 'sshd_config')}`;
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

interface Program {
  readonly file: string;
  /** Where the libraries are that came with it; empty for the machine's own. */
  readonly libraries: string;
}

/** What Debian's package needs that a bare machine has not. */
const PACKAGES = ['openssh-server', 'libwrap0'];

/** The machine's own, or the one of Debian's package, unpacked with its library without being installed. */
function program(): Program {
  const installed = '/usr/sbin/sshd';
  if (existsSync(installed)) return { file: installed, libraries: '' };
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shiplock', PACKAGES.join('-'));
  if (!existsSync(cache)) unpackInto(cache);
  const [library = ''] = globSync('usr/lib/*/libwrap.so.0', { cwd: cache });
  return { file: join(cache, 'usr/sbin/sshd'), libraries: join(cache, dirname(library)) };
}

function unpackInto(cache: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-sshd-'));
  try {
    execFileSync('apt-get', ['download', ...PACKAGES], { cwd: dir, stdio: 'pipe' });
    for (const deb of readdirSync(dir)) execFileSync('dpkg', ['-x', join(dir, deb), join(dir, 'root')]);
    mkdirSync(join(cache, '..'), { recursive: true });
    execFileSync('cp', ['-a', join(dir, 'root'), `${cache}.${process.pid}`]);
    renameSync(`${cache}.${process.pid}`, cache);
  } catch (error) {
    rmSync(`${cache}.${process.pid}`, { recursive: true, force: true });
    // Another process may have been faster.
    if (!existsSync(cache)) throw error;
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
