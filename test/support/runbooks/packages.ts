import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Real packages: made by dpkg-deb, offered by a directory that apt takes as a source, installed into a root that is not this machine's. */

export interface TinyPackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Maintainer scripts by their names. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Files by their absolute paths; `name` and `version` are always one of them. */
  readonly files?: Readonly<Record<string, { readonly from: string }>>;
}

/** Makes one `.deb` in a directory. */
export function makeDeb(directory: string, { name, version, depends, scripts = {}, files = {} }: TinyPackage): string {
  const tree = join(directory, '.build', `${name}_${version}`);
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  mkdirSync(join(tree, 'usr/share', name), { recursive: true });
  writeFileSync(join(tree, 'usr/share', name, 'version'), `${version}\n`);
  for (const [path, { from }] of Object.entries(files)) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    execFileSync('cp', ['--', from, join(tree, path)]);
  }
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Test <test@example.com>',
  ];
  if (depends !== undefined) control.push(`Depends: ${depends}`);
  writeFileSync(join(tree, 'DEBIAN/control'), `${[...control, 'Description: of a test'].join('\n')}\n`);
  for (const [script, text] of Object.entries(scripts))
    writeFileSync(join(tree, 'DEBIAN', script), text, { mode: 0o755 });
  const file = join(directory, `${name}_${version}.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', tree, file], { stdio: 'pipe' });
  return file;
}

/** Makes a directory a source of packages: its index names these files. */
export function indexDebs(directory: string, files: readonly string[]): void {
  const text = files.map((file) => {
    const bytes = readFileSync(file);
    const about = execFileSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
    const sum = createHash('sha256').update(bytes).digest('hex');
    return `${about.trimEnd()}\nFilename: ./${basename(file)}\nSize: ${bytes.length}\nSHA256: ${sum}\n`;
  });
  writeFileSync(join(directory, 'Packages'), text.join('\n'));
}

export interface PackageRoot {
  /** So that apt and dpkg mean it: in the environment of whoever asks. */
  readonly env: { readonly APT_CONFIG: string; readonly DPKG_ROOT: string };
  /** Installed versions by name. */
  installed(): Readonly<Record<string, string>>;
  /** What dpkg did, in order, without times: each version that was unpacked or made ready. */
  history(): readonly string[];
  offer(...packages: readonly TinyPackage[]): void;
  apt(...words: readonly string[]): void;
}

/** An empty root with a source of its own. Nothing of this machine is read or changed. */
export function packageRoot(directory: string): PackageRoot {
  const root = join(directory, 'root');
  const source = join(directory, 'source');
  for (const path of ['info', 'updates', 'triggers']) mkdirSync(join(root, 'var/lib/dpkg', path), { recursive: true });
  for (const path of ['var/lib/apt/lists/partial', 'var/cache/apt/archives/partial', 'var/log/apt', 'usr/bin', 'tmp']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  for (const path of ['apt.conf.d', 'preferences.d', 'sources.list.d', 'trusted.gpg.d']) {
    mkdirSync(join(root, 'etc/apt', path), { recursive: true });
  }
  mkdirSync(source, { recursive: true });
  writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  writeFileSync(join(root, 'etc/apt/sources.list'), `deb [trusted=yes] file:${source} ./\n`);
  const config = join(directory, 'apt.conf');
  writeFileSync(
    config,
    `Dir "${root}/";
Dir::State::status "${root}/var/lib/dpkg/status";
Dir::Bin::methods "/usr/lib/apt/methods/";
Dir::Bin::dpkg "/usr/bin/dpkg";
APT::Architectures { "amd64"; };
APT::Architecture "amd64";
APT::Sandbox::User "root";
Acquire::Languages "none";
DPkg::Options { "--root=${root}"; "--log=${join(directory, 'dpkg.log')}"; };
`,
  );
  const env = { APT_CONFIG: config, DPKG_ROOT: root };
  const files: string[] = [];
  const run = (argv: readonly string[]): string =>
    execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...env } });
  return {
    env,
    installed() {
      const text = run(['dpkg-query', '--root', root, '-W', '-f', '${Package} ${Version} ${db:Status-Status}\n']);
      const rows = text.split('\n').filter((line) => line.endsWith(' installed'));
      return Object.fromEntries(
        rows.map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
      );
    },
    history() {
      const text = readFileSync(join(directory, 'dpkg.log'), 'utf8');
      return text.split('\n').flatMap((line) => / status installed (\S+ \S+)/.exec(line)?.[1] ?? []);
    },
    offer(...packages) {
      files.push(...packages.map((one) => makeDeb(source, one)));
      indexDebs(source, files);
      run(['apt-get', 'update', '-q']);
    },
    apt(...words) {
      if (words[0] === 'mark') run(['apt-mark', ...words.slice(1)]);
      else run(['apt-get', '-y', '-q', ...words]);
    },
  };
}
