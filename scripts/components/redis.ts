import { connect } from 'node:net';
import { freePort } from './ports.ts';
import { type Component, homeFor, startComponent } from './supervise.ts';

export interface Redis extends Component {
  readonly port: number;
  /** host:port */
  readonly address: string;
  /** redis://host:port */
  readonly url: string;
}

/** Starts a Redis server that keeps everything in memory only. */
export async function startRedis(
  options: { readonly dir?: string; readonly args?: readonly string[] } = {},
): Promise<Redis> {
  const home = await homeFor('redis', options.dir);
  const port = await freePort();
  const argv = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', home.dir, '--daemonize', 'no'];
  argv.push('--save', '', '--appendonly', 'no', ...(options.args ?? []));
  const component = await startComponent({ name: 'redis', argv, home, ready: () => answersPing(port) });
  const address = `127.0.0.1:${port}`;
  return { ...component, port, address, url: `redis://${address}` };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', (data) => {
      resolve(data.toString('utf8').startsWith('+PONG'));
      socket.destroy();
    });
  });
}
