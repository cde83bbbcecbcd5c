import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGitServer } from '../../../scripts/components/git-server.ts';
import type { ValuesRequest } from '../../../src/gitops/commit/request.ts';
import { commitValues } from '../../../src/gitops/commit/values-main.ts';
import type { Exec } from '../../../src/model/ports.ts';
import { systemClock } from '../../../src/procedure/machine/clock.ts';
import { createExec } from '../../../src/procedure/machine/exec.ts';
import { httpClient } from '../../../src/procedure/machine/http-client.ts';
import { type Figure, say } from '../support/figure.ts';

const APPLICATIONS = 2_000;
const MAIN = fileURLToPath(new URL('../../../src/gitops/commit-main.ts', import.meta.url));

/** Edit and commit in a repository of 2,000 applications, behind a web server: what of the time is the network's, and what is ours. */
export async function largeFigures(): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-large-'));
  try {
    await using server = await startGitServer(dir);
    seed(server.directory);
    let n = 0;
    const order = (workDir: string): ValuesRequest => ({
      ...{ repository: server.url, branch: 'main', workDir: join(dir, workDir), baseDir: dir, readAt: null },
      changes: [
        { file: `apps/app${++n}/overlays/production/kustomization.yaml`, path: 'images.0.newTag', value: `9.${n}` },
      ],
      missingFile: 'refuse',
      othersValue: 'conflict',
      origin: { service: `app${n}`, environment: 'production', version: `9.${n}`, run: `r${n}`, node: 'git', fence: 1 },
      author: { name: 'Shiplock', email: 'shiplock@example.org' },
      time: Math.floor(systemClock.now() / 1000),
      deadlineMs: 60_000,
    });
    const cold: Spent[] = [];
    for (let round = 0; round < 5; round++) cold.push(await timed(order(`cold-${round}`)));
    await timed(order('warm'));
    const warm: Spent[] = [];
    for (let round = 0; round < 10; round++) warm.push(await timed(order('warm')));
    const whole = Array.from({ length: 5 }, () => program(order('warm')));
    return [
      figure('empty cache', cold),
      figure('cache from before', warm),
      {
        name: 'the same as a program of its own, with its start, from a cache',
        value: `${middle(whole)} ms in all (median of ${whole.length})`,
        met: null,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Spent {
  readonly network: number;
  readonly own: number;
}

function figure(what: string, spent: readonly Spent[]): Figure {
  const own = spent.map((one) => one.own);
  const longest = Math.max(...own);
  return {
    name: `edit and commit among ${APPLICATIONS} applications, ${what}`,
    value: `${middle(own)} ms of our own (median of ${own.length}, longest ${longest.toFixed(0)}), ${middle(spent.map((one) => one.network))} ms in git fetch and git push`,
    target: '≤ 1 s plus the network',
    met: longest <= 1_000,
  };
}

async function timed(request: ValuesRequest): Promise<Spent> {
  const exec = createExec();
  let network = 0;
  const counting: Exec = {
    async read(argv, options) {
      const begun = performance.now();
      const result = await exec.read(argv, options);
      if (argv.includes('fetch') || argv.includes('push')) network += performance.now() - begun;
      return result;
    },
  };
  const begun = performance.now();
  const answer = await commitValues(request, {
    exec: counting,
    clock: systemClock,
    http: httpClient,
    random: Math.random,
    signal: new AbortController().signal,
  });
  const own = performance.now() - begun - network;
  if (answer.kind !== 'committed') throw new Error(JSON.stringify(answer));
  say(`${own.toFixed(0)} ms of our own, ${network.toFixed(0)} ms in git fetch and git push`);
  return { network, own };
}

function program(request: ValuesRequest): number {
  const begun = performance.now();
  const { stdout } = spawnSync(process.execPath, [MAIN], { input: JSON.stringify(request), encoding: 'utf8' });
  if (!stdout.includes('"committed"')) throw new Error(stdout);
  return performance.now() - begun;
}

function middle(values: readonly number[]): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0).toFixed(0);
}

/** Five files for each application, as Kustomize wants them. */
function seed(directory: string): void {
  const parts = ['commit refs/heads/main\ncommitter Seed <seed@example.org> 1700000000 +0000\ndata 4\nseed\n'];
  const file = (path: string, text: string): void => {
    parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  };
  for (let n = 1; n <= APPLICATIONS; n++) {
    const app = `apps/app${n}`;
    file(`${app}/base/kustomization.yaml`, 'resources:\n  - deployment.yaml\n  - service.yaml\n');
    file(`${app}/base/deployment.yaml`, `kind: Deployment\nmetadata:\n  name: app${n}\nspec:\n  replicas: ${n % 5}\n`);
    file(
      `${app}/base/service.yaml`,
      `kind: Service\nmetadata:\n  name: app${n}\nspec:\n  ports:\n    - port: ${8000 + n}\n`,
    );
    for (const stage of ['staging', 'production']) {
      const text = `# ${stage} of app${n}\nresources:\n  - ../../base\nimages:\n  - name: app${n}\n    newTag: "1.${n}" # set by releases\n`;
      file(`${app}/overlays/${stage}/kustomization.yaml`, text);
    }
  }
  execFileSync('git', ['--git-dir', directory, 'fast-import', '--quiet'], { input: parts.join('') });
}
