import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Component, helper, homeFor, startComponent } from './supervise.ts';

export interface HaproxyOptions {
  readonly dir?: string;
  /** The whole configuration; as a function it is given the directory, for sockets and state files. */
  readonly config: string | ((dir: string) => string);
}

export interface Haproxy extends Component {
  readonly configPath: string;
  /** The master's own command line (a socket): `show proc`, `@1 show info` … */
  readonly masterSocket: string;
  /** Sends one command to the master's command line and gives the whole answer. */
  master(command: string): Promise<string>;
  /** Checks the new configuration (or the same again), has the master load it and waits for the new worker. */
  reload(config?: string): Promise<void>;
}

/**
 * Starts HAProxy in the foreground as master + worker, as systemd does, so that it can be reloaded without losing a connection.
 * @throws Error with HAProxy's own message when it refuses the configuration
 */
export async function startHaproxy(options: HaproxyOptions): Promise<Haproxy> {
  const home = await homeFor('haproxy', options.dir);
  const configPath = join(home.dir, 'haproxy.cfg');
  const masterSocket = join(home.dir, 'master.sock');
  await writeChecked(configPath, typeof options.config === 'string' ? options.config : options.config(home.dir));
  const master = (command: string): Promise<string> => askSocket(masterSocket, command);
  const component = await startComponent({
    name: 'haproxy',
    argv: ['haproxy', '-W', '-db', '-S', `${masterSocket},level,admin`, '-f', configPath],
    home,
    ready: async () => (await master('@1 show info')).includes('Uptime_sec'),
  });
  const reload = async (config?: string): Promise<void> => {
    if (config !== undefined) await writeChecked(configPath, config);
    const before = await reloads(master);
    process.kill(component.pid, 'SIGUSR2');
    const deadline = performance.now() + 15_000;
    while (performance.now() < deadline) {
      const now = await reloads(master).catch(() => before);
      const answer = now > before ? await master('@1 show info').catch(() => '') : '';
      if (answer.includes('Uptime_sec')) return;
      await sleep(20);
    }
    throw new Error(`haproxy did not reload within 15 s; the end of its log:\n${await component.logTail()}`);
  };
  return { ...component, configPath, masterSocket, master, reload };
}

/** Sends one line to a Unix socket of HAProxy's (statistics or master) and gives everything until it closes. */
export function askSocket(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // The half-close tells HAProxy that no more commands follow; without it the master keeps the connection open.
    const socket = connect({ path, allowHalfOpen: true }, () => socket.end(`${command}\n`));
    let answer = '';
    socket.setTimeout(2000, () => socket.destroy(new Error(`no answer from ${path} within 2 s`)));
    socket.on('data', (data) => {
      answer += data.toString('utf8');
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}

async function writeChecked(path: string, config: string): Promise<void> {
  await writeFile(path, config);
  await helper(['haproxy', '-c', '-f', path], `haproxy refuses ${path}`);
}

/** `show proc` has one line for the master: pid, "master", the number of reloads, failed ones, uptime. */
async function reloads(master: (command: string) => Promise<string>): Promise<number> {
  const text = await master('show proc');
  const count = /^\d+\s+master\s+(\d+)/m.exec(text)?.[1];
  if (count === undefined) throw new Error(`the answer to "show proc" names no master:\n${text}`);
  return Number(count);
}
