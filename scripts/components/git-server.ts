import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, listens } from './ports.ts';
import { type Component, homeFor, startComponent } from './supervise.ts';

/**
 * A git server for tests: git's own `http-backend` behind a small web server that is a process of its own, so that it can be stopped, made to hang
 * (SIGSTOP) and killed while others use it.
 */
export interface GitServer extends AsyncDisposable {
  /** Address of the repository `operations.git`. */
  readonly url: string;
  /** The same repository on the disk. */
  readonly directory: string;
  /** Keeps its connections open and answers nothing. */
  hang(): void;
  goOn(): void;
  /** Ends it; `start` begins it again on the same port. */
  stop(): Promise<void>;
  /** Ends it without warning. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./git-server-main.ts', import.meta.url));

export async function startGitServer(root: string): Promise<GitServer> {
  const directory = join(root, 'operations.git');
  mkdirSync(root, { recursive: true });
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  execFileSync('git', ['--git-dir', directory, 'config', 'http.receivepack', 'true']);
  const port = await freePort();
  const home = await homeFor('git-server', root);
  const begin = (): Promise<Component> =>
    startComponent({
      name: 'git-server',
      argv: [process.execPath, PROGRAM, root, String(port)],
      home,
      ready: () => listens(port),
    });
  let component: Component | undefined = await begin();
  const send = (signal: NodeJS.Signals): void => {
    if (component !== undefined) process.kill(component.pid, signal);
  };
  const stop = async (): Promise<void> => {
    const running = component;
    component = undefined;
    // A stopped process does not hear that it shall end.
    if (running !== undefined) process.kill(running.pid, 'SIGCONT');
    await running?.stop();
  };
  return {
    url: `http://127.0.0.1:${port}/operations.git`,
    directory,
    hang: () => send('SIGSTOP'),
    goOn: () => send('SIGCONT'),
    stop,
    async kill() {
      const running = component;
      component = undefined;
      if (running === undefined) return;
      process.kill(running.pid, 'SIGKILL');
      await running.stop();
    },
    async start() {
      component ??= await begin();
    },
    [Symbol.asyncDispose]: stop,
  };
}
