import { findRunbook } from '../../../src/cli/runbook/registry.ts';
import { createStopSignal } from '../../../src/procedure/index.ts';
import { startAlertServer } from '../../../src/release/alerts/index.ts';

/** The door of alerts as a process of its own that is killed with -9 once a start is durable. CONFIG STATE TOKEN PORT */

const [configFile = '', store = '', tokenFile = '', port = ''] = process.argv.slice(2);
await startAlertServer({
  door: { configFile, store, env: process.env, who: 'server', self: [] },
  environment: 'production',
  find: async (name) => (await findRunbook(name, null)).runbook,
  listen: { host: '127.0.0.1', port: Number(port) },
  tokenFile,
  stop: createStopSignal(),
  log: (line) => process.stdout.write(`${line}\n`),
  onDurable: () => process.kill(process.pid, 'SIGKILL'),
});
