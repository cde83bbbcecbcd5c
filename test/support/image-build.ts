import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artefactStep } from '../../src/build/cached.ts';
import { type ImageBuild, type ImageSettings, imageBuildNode } from '../../src/build/index.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { systemClock } from '../../src/procedure/index.ts';
import type { Node } from '../../src/procedure/tree.ts';
import { perform, type World, world } from '../build/perform.ts';

/** Images of one small program, made as a build makes them. */

export const SETTINGS: ImageSettings = {
  ...{ repository: 'registry.example.com/shop/hello', tag: '1.2.3', tags: 'fixed', base: null, user: 65_532 },
  ...{ entrypoint: null, arguments: [], env: {}, port: null, labels: {}, certificates: null, files: [], mountFrom: [] },
  registry: 'http://127.0.0.1:9',
};

/** A repository with one commit at a fixed time, and in it the program; returns the commit. */
export function repository(dir: string, main = PROGRAM): string {
  mkdirSync(dir, { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', '-c', 'safe.directory=*', ...args], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' },
    }).trim();
  git('init', '-q', '-b', 'main');
  put(dir, 'go.mod', 'module hello\n\ngo 1.26\n');
  put(dir, 'main.go', main);
  put(dir, '.gitignore', 'out/\nbin/\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'a program');
  return git('rev-parse', 'HEAD');
}

/** Says who it is and what it can see; the user's name must come from the image. */
const PROGRAM = `package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	passwd, _ := os.ReadFile("/etc/passwd")
	name := "nobody knows"
	for _, line := range strings.Split(string(passwd), "\\n") {
		parts := strings.Split(line, ":")
		if len(parts) > 2 && parts[2] == fmt.Sprint(os.Getuid()) {
			name = parts[0]
		}
	}
	temporary := os.WriteFile("/tmp/file", nil, 0o600) == nil
	system := os.WriteFile("/etc/file", nil, 0o600) == nil
	fmt.Println("user", name, "writes /tmp", temporary, "writes /etc", system, os.Args[1:])
}
`;

export function put(dir: string, name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
}

/** The program of a directory, built; where it is. */
export function program(dir: string): string {
  const path = join(dir, 'bin', 'hello');
  execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', path, '.'], {
    cwd: dir,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=mod' },
  });
  return path;
}

export interface Stage {
  readonly dir: string;
  readonly commit: string;
  /** Path of the program. */
  readonly program: string;
  readonly settings: ImageSettings;
  readonly platforms?: readonly string[];
  readonly outDir?: string;
  readonly authorization?: string;
}

/** The program is the same for every platform here: what it is made for is another's matter. */
export function imageBuild({
  dir,
  commit,
  program: path,
  settings,
  platforms = ['linux/amd64'],
  outDir,
  authorization,
}: Stage): ImageBuild {
  return {
    ...{ component: 'hello', version: '1.2.3', commit, source: dir, settings },
    parts: {
      kind: 'go',
      binary: 'hello',
      programs: platforms.map((platform) => ({ platform, artefact: artefactStep('hello', async () => path) })),
    },
    before: [],
    push: true,
    outDir: outDir ?? join(dir, 'out'),
    authorization: () => authorization ?? null,
    clock: systemClock,
    timeoutMs: 60_000,
  };
}

/** Does the steps of a build up to the one with this id, that one included; default: all. */
export async function build(
  image: ImageBuild,
  last = 'digest',
  on: World = world(),
): Promise<{ readonly path: string; readonly digest: string }> {
  const { node, artefact } = imageBuildNode(image);
  for (const step of node.steps) {
    if (step !== artefact) await does(step, on);
    if (step.id === last) break;
  }
  const done = await perform(artefact, on);
  if (done.kind === 'refused') throw new Error(done.problems.map(({ code }) => code).join());
  return done.outputs;
}

async function does(node: Node, on: World): Promise<void> {
  if (node.kind === 'opaque') await node.run(on.ctx);
  else if (node.kind === 'step') {
    const done = await perform(node, on);
    if (done.kind === 'refused') throw new ProblemError(done.problems);
  } else throw new Error(`a ${node.kind} is not expected here`);
}
