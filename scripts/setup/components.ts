/** What is being set up: the demo needs less than the tests. */
export type Purpose = 'demo' | 'test';

/** A program that must be on PATH, and where it comes from. */
export interface Needed {
  readonly name: string;
  /** What it is for, to be read behind its name. */
  readonly why: string;
  /** All of these must be on PATH. */
  readonly binaries: readonly string[];
  /** The name that a distribution gives one of them. */
  readonly alsoCalled?: Readonly<Record<string, string>>;
  /** How the first binary tells its version, and the least one that will do; absent where any version does. */
  readonly version?: { readonly args: readonly string[]; readonly least: readonly number[] };
  /** The Debian or Ubuntu packages; absent where the distribution's would be too old. */
  readonly debianPackages?: readonly string[];
  /** The container image that has them all; absent where none is used. */
  readonly image?: ImageSource;
  /** What to do when no package can be installed here. */
  readonly elsewhere?: string;
  readonly forWhat: readonly Purpose[];
}

/** A container image as a source of program files: they run as ordinary processes of this machine, never in a container. */
export interface ImageSource {
  /** Its full path below a registry, as Docker Hub writes it: `library/haproxy`. */
  readonly repository: string;
  /** A tag that names one version. */
  readonly tag: string;
  /** By program: what it must be told, because its files do not lie where they were compiled to lie. */
  readonly settings?: Readonly<Record<string, ProgramSettings>>;
}

/** `{prefix}` in a value stands for the directory whose bin, sbin, lib and share are those of the image. */
export interface ProgramSettings {
  /** Arguments before those of the caller. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
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
    image: { repository: 'library/haproxy', tag: '2.8.10' },
    forWhat: always,
  },
  {
    name: 'Nginx',
    why: 'the other proxy',
    binaries: ['nginx'],
    version: { args: ['-v'], least: [1, 20] },
    // Not from an image: its processes write what each of them is into their command lines, which a wrapper would be in the way of.
    debianPackages: ['nginx'],
    forWhat: ['test'],
  },
  {
    name: 'MariaDB',
    why: 'the database of the reference service',
    // The initialiser of the server package runs my_print_defaults of the client package, which need not come with it.
    binaries: ['mariadbd', 'mariadb-install-db', 'my_print_defaults', 'mariadb'],
    version: { args: ['--version'], least: [10, 6] },
    debianPackages: ['mariadb-server-core', 'mariadb-client-core'],
    image: {
      repository: 'library/mariadb',
      tag: '10.11.8',
      settings: {
        // The server finds its character sets and plugins from there; a caller's own --basedir still wins.
        mariadbd: { env: { MY_BASEDIR_VERSION: '{prefix}' } },
        'mariadb-install-db': { args: ['--basedir={prefix}'] },
      },
    },
    forWhat: always,
  },
  {
    name: 'MariaDB tools',
    why: 'dumps and binary logs',
    binaries: ['mariadb-dump', 'mariadb-binlog'],
    version: { args: ['--version'], least: [10, 6] },
    debianPackages: ['mariadb-client'],
    forWhat: ['test'],
  },
  {
    name: 'MariaDB Backup',
    why: 'physical backups',
    binaries: ['mariadb-backup', 'mbstream'],
    debianPackages: ['mariadb-backup'],
    forWhat: ['test'],
  },
  {
    name: 'restic',
    why: 'stores backups',
    binaries: ['restic'],
    version: { args: ['version'], least: [0, 14] },
    debianPackages: ['restic'],
    forWhat: ['test'],
  },
  {
    name: 'Percona Toolkit',
    why: 'changes of large tables',
    binaries: ['pt-online-schema-change'],
    version: { args: ['--version'], least: [3, 2] },
    debianPackages: ['percona-toolkit'],
    forWhat: ['test'],
  },
  {
    name: 'Prometheus',
    why: 'scrapes the reference service',
    binaries: ['prometheus', 'promtool'],
    version: { args: ['--version'], least: [2, 40] },
    debianPackages: ['prometheus'],
    image: { repository: 'prom/prometheus', tag: 'v2.53.1' },
    forWhat: always,
  },
  {
    name: 'Alertmanager',
    why: 'tells people what needs them',
    binaries: ['alertmanager', 'amtool'],
    alsoCalled: { alertmanager: 'prometheus-alertmanager' },
    version: { args: ['--version'], least: [0, 25] },
    debianPackages: ['prometheus-alertmanager'],
    image: { repository: 'prom/alertmanager', tag: 'v0.27.0' },
    forWhat: ['test'],
  },
  {
    name: 'Redis',
    why: 'the optional cache of the reference service',
    binaries: ['redis-server', 'redis-cli'],
    version: { args: ['--version'], least: [6] },
    debianPackages: ['redis-server'],
    image: { repository: 'library/redis', tag: '7.2.5' },
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
    image: { repository: 'koalaman/shellcheck', tag: 'v0.10.0' },
    forWhat: ['test'],
  },
  {
    name: 'BusyBox',
    why: 'installs client scripts as small distributions would',
    binaries: ['busybox'],
    debianPackages: ['busybox-static'],
    forWhat: ['test'],
  },
  {
    name: 'OpenSSL',
    why: 'checks signatures as people do who install a client script',
    binaries: ['openssl'],
    version: { args: ['version'], least: [3, 0] },
    debianPackages: ['openssl'],
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
