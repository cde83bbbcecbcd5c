/** What is being set up: the demo needs less than the tests. */
export type Purpose = 'demo' | 'test';

/** A program that must be on PATH, and where it comes from. */
export interface Needed {
  readonly name: string;
  /** What it is for, to be read behind its name. */
  readonly why: string;
  /** All of these must be on PATH. */
  readonly binaries: readonly string[];
  /** How the first binary tells its version, and the least one that will do; absent where any version does. */
  readonly version?: { readonly args: readonly string[]; readonly least: readonly number[] };
  /** The Debian or Ubuntu package; absent where the distribution's one would be too old. */
  readonly debianPackage?: string;
  /** What to do when no package can be installed here. */
  readonly elsewhere?: string;
  readonly forWhat: readonly Purpose[];
}

const always: readonly Purpose[] = ['demo', 'test'];

/** Every program outside npm that the demo and the tests run. */
export const needed: readonly Needed[] = [
  {
    name: 'git',
    why: 'GitOps repositories',
    binaries: ['git'],
    version: { args: ['--version'], least: [2, 30] },
    debianPackage: 'git',
    forWhat: always,
  },
  {
    name: 'Go',
    why: 'builds the reference service and pinned tools',
    binaries: ['go'],
    version: { args: ['env', 'GOVERSION'], least: [1, 26] },
    elsewhere: 'from https://go.dev/dl/ into /usr/local/go',
    forWhat: always,
  },
  {
    name: 'HAProxy',
    why: 'gives each version its share of traffic',
    binaries: ['haproxy'],
    version: { args: ['-v'], least: [2, 4] },
    debianPackage: 'haproxy',
    forWhat: always,
  },
  {
    name: 'MariaDB',
    why: 'the database of the reference service',
    binaries: ['mariadbd', 'mariadb-install-db'],
    version: { args: ['--version'], least: [10, 6] },
    debianPackage: 'mariadb-server-core',
    forWhat: always,
  },
  {
    name: 'Prometheus',
    why: 'scrapes the reference service',
    binaries: ['prometheus', 'promtool'],
    version: { args: ['--version'], least: [2, 40] },
    debianPackage: 'prometheus',
    forWhat: always,
  },
  {
    name: 'Redis',
    why: 'the optional cache of the reference service',
    binaries: ['redis-server', 'redis-cli'],
    version: { args: ['--version'], least: [6] },
    debianPackage: 'redis-server',
    forWhat: always,
  },
  { name: 'curl', why: 'the client script', binaries: ['curl'], debianPackage: 'curl', forWhat: always },
  {
    name: 'util-linux',
    why: 'locks, and ends what a killed process leaves',
    binaries: ['flock', 'setpriv'],
    debianPackage: 'util-linux',
    forWhat: always,
  },
  {
    name: 'OpenSSH client',
    why: 'signs evidence',
    binaries: ['ssh-keygen'],
    debianPackage: 'openssh-client',
    forWhat: always,
  },
  {
    name: 'shellcheck',
    why: 'checks the shell scripts',
    binaries: ['shellcheck'],
    debianPackage: 'shellcheck',
    forWhat: ['test'],
  },
  {
    name: 'Chromium',
    why: 'shows the frontend in a real browser',
    binaries: ['chromium'],
    debianPackage: 'chromium',
    forWhat: ['test'],
  },
];
