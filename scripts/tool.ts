import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, exists, makeOnce } from './cache.ts';

/** The Go tools that tools/go.mod pins: name on disk → package to build, and about how long it takes from nothing. */
export const goTools = {
  act: { package: 'github.com/nektos/act', seconds: 60 },
  actionlint: { package: 'github.com/rhysd/actionlint/cmd/actionlint', seconds: 10 },
  vegeta: { package: 'github.com/tsenart/vegeta/v12', seconds: 30 },
} as const;

export type GoTool = keyof typeof goTools;

const toolsDir = join(import.meta.dirname, '..', 'tools');

/** Where a Go tool lies once it is built; the directory is named by the hash of go.mod + go.sum, so other pins are other files. */
export async function toolFile(name: GoTool): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(toolsDir, file)));
  return join(cacheDir('tools', hash.digest('hex').slice(0, 16), 'bin'), name);
}

/** Whether the tool has been built already (nothing is built here). */
export async function toolIsBuilt(name: GoTool): Promise<boolean> {
  return exists(await toolFile(name));
}

/**
 * The path of a pinned Go tool; built on first use (one line on standard error says so), at once afterwards.
 * @throws Error with Go's own message when the build fails
 */
export async function toolPath(name: GoTool): Promise<string> {
  const tool = goTools[name];
  const about = tool.seconds > 90 ? `${Math.round(tool.seconds / 60)} minutes` : `${tool.seconds} seconds`;
  return makeOnce({
    target: await toolFile(name),
    script: 'go build -trimpath -o "$1" "$2"',
    args: [tool.package],
    cwd: toolsDir,
    env: { GOFLAGS: '-mod=readonly -buildvcs=false -p=2', CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    onStart: () => process.stderr.write(`building ${name} (once, about ${about}) …\n`),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the Go tool ${name}: ${reason}\nGo ≥ 1.26 and a Go module proxy are needed; \`go env GOPROXY\` names it`,
    );
  });
}
