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
  /** The Debian or Ubuntu packages; absent where the distribution's would be too old. */
  readonly debianPackages?: readonly string[];
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
    debianPackages: ['git'],
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
    debianPackages: ['haproxy'],
    forWhat: always,
  },
  {
    name: 'MariaDB',
    why: 'the database of the reference service',
    // The initialiser of the server package runs my_print_defaults of the client package, which need not come with it.
    binaries: ['mariadbd', 'mariadb-install-db', 'my_print_defaults', 'mariadb'],
    version: { args: ['--version'], least: [10, 6] },
    debianPackages: ['mariadb-server-core', 'mariadb-client-core'],
    forWhat: always,
  },
  {
    name: 'Prometheus',
    why: 'scrapes the reference service',
    binaries: ['prometheus', 'promtool'],
    version: { args: ['--version'], least: [2, 40] },
    debianPackages: ['prometheus'],
    forWhat: always,
  },
  {
    name: 'Redis',
    why: 'the optional cache of the reference service',
    binaries: ['redis-server', 'redis-cli'],
    version: { args: ['--version'], least: [6] },
    debianPackages: ['redis-server'],
    forWhat: always,
  },
  { name: 'curl', why: 'the client script', binaries: ['curl'], debianPackages: ['curl'], forWhat: always },
  {
    name: 'util-linux',
    why: 'locks, and ends what a killed process leaves',
    binaries: ['flock', 'setpriv'],
    debianPackages: ['util-linux'],
    forWhat: always,
  },
  {
    name: 'OpenSSH client',
    why: 'signs evidence',
    binaries: ['ssh-keygen'],
    debianPackages: ['openssh-client'],
    forWhat: always,
  },
  {
    name: 'shellcheck',
    why: 'checks the shell scripts',
    binaries: ['shellcheck'],
    debianPackages: ['shellcheck'],
    forWhat: ['test'],
  },
  {
    name: 'Chromium',
    why: 'shows the frontend in a real browser',
    binaries: ['chromium'],
    debianPackages: ['chromium'],
    forWhat: ['test'],
  },
];
