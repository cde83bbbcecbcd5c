import { cacheDir, makeOnce } from './cache.ts';
import { command } from './testing/command.ts';

/** zizmor, which looks for what makes workflows unsafe. It is published as a wheel with one program in it, pinned by its digests. */

const VERSION = '1.32.0';
const DIGESTS = [
  // x86-64 and arm64, Linux.
  '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071',
  '0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c',
];

/** Why it cannot be had here, to be read in the title of a test; null when it can. */
export async function whyNoZizmor(): Promise<string | null> {
  const pip = await command(['python3', '-m', 'pip', '--version'], { cwd: '/', live: false }).catch(() => null);
  return pip?.code === 0 ? null : 'python3 with pip is not there';
}

/** The path of the program; fetched on first use into the user's cache, at once afterwards. */
export async function zizmorPath(): Promise<string> {
  const directory = await makeOnce({
    target: cacheDir('tools', `zizmor-${VERSION}`),
    script: `printf '%s\\n' "$2" > "$1.txt"
python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --target "$1" -r "$1.txt"
rm "$1.txt"`,
    args: [`zizmor==${VERSION} ${DIGESTS.map((digest) => `--hash=sha256:${digest}`).join(' ')}`],
    onStart: () => process.stderr.write('fetching zizmor (once, 10 MB) …\n'),
  });
  return `${directory}/bin/zizmor`;
}
