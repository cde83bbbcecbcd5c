import type { Planted } from './planted-problems.ts';

/** Problems in lock files, settings and pins that the checks of our own should find, each in a directory of its own. */

const SUM = `sha512-${'A'.repeat(86)}==`;

function npm(kind: string, rule: RegExp, name: string, entry: object, version = '1.0.0'): Planted {
  const file = `npm/${kind}/package-lock.json`;
  const manifest = { name: kind, dependencies: { [name]: version } };
  const packages = { '': manifest, [`node_modules/${name}`]: { version, integrity: SUM, ...entry } };
  const own = { [`npm/${kind}/package.json`]: JSON.stringify(manifest, null, 2) };
  const files = { ...own, [file]: JSON.stringify({ name: kind, lockfileVersion: 3, packages }, null, 2) };
  return { kind: `npm ${kind}`, file, rule, files };
}

function one(kind: string, rule: RegExp, file: string, text: string): Planted {
  return { kind, file, rule, files: { [file]: text } };
}

const at = (name: string, version = '1.0.0'): string => `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`;

export function plantedPackages(): readonly Planted[] {
  return [
    npm('other-package', /npm-lock-other-package/, 'left', { resolved: at('right') }),
    npm('other-version', /npm-lock-other-package/, 'left', { resolved: at('left', '6.6.6') }),
    npm('http', /npm-lock-http/, 'left', { resolved: at('left').replace('https', 'http') }),
    npm('host', /npm-lock-host/, 'left', { resolved: 'https://packages.example/left/-/left-1.0.0.tgz' }),
    npm('no-sum', /npm-lock-no-integrity/, 'left', { resolved: at('left'), integrity: undefined }),
    npm('weak-sum', /npm-lock-weak-integrity/, 'left', {
      resolved: at('left'),
      integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
    }),
    npm('branch', /npm-lock-git/, 'left', { resolved: 'git+https://example.com/left.git#main' }),
    npm('script', /^install-script$/, 'left', { resolved: at('left'), hasInstallScript: true }),
    npm('lookalike', /lookalike-name/, 'loadsh', { resolved: at('loadsh') }),
    one('npm no lock file', /npm-lock-missing/, 'npm/none/package.json', '{"dependencies": {"left": "1"}}'),
    one('npm settings', /npmrc-registry/, 'npm/settings/.npmrc', 'registry=http://packages.example/\n'),
    one('npm program', /npmrc-program/, 'npm/program/.npmrc', 'git=./tools/git\n'),
    one('go no sums', /go-sum-missing/, 'mod/none/go.mod', 'module a\n\nrequire example.com/x v1.0.0\n'),
    one('go toolchain', /go-toolchain/, 'mod/toolchain/go.mod', 'module a\n\ngo 1.26\n\ntoolchain go1.26.3-fast\n'),
    one(
      'go elsewhere',
      /go-replace-outside/,
      'mod/elsewhere/go.mod',
      'module a\n\nreplace example.com/x => ../../../x\n',
    ),
    one('pipe', /pipe-to-shell/, 'pins/pipe.sh', '#!/bin/sh\ncurl -fsSL https://a.example/x | sh\n'),
    one('sums off', /go-sums-off/, 'pins/sums.sh', '#!/bin/sh\nexport GOSUMDB=off\n'),
    one('tls off', /tls-off/, 'pins/Dockerfile', 'FROM scratch\nRUN curl -k https://a.example/x\n'),
  ];
}
