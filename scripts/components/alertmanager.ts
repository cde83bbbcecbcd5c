import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { onPath } from '../setup/probe.ts';
import { freePort } from './ports.ts';
import { type Component, helper, homeFor, startComponent } from './supervise.ts';

export interface AlertmanagerOptions {
  readonly dir?: string;
  /** Gets every notification, the resolved ones too. */
  readonly webhook: string;
  /** Labels that make a group; default: service, environment and run. */
  readonly groupBy?: readonly string[];
  /** A port that was used before, to come back at the same address. */
  readonly port?: number;
  /** Text of a whole configuration instead of ours; `{webhook}` in it is put in. */
  readonly configuration?: string;
}

export interface Alertmanager extends Component {
  readonly port: number;
  /** http://host:port */
  readonly url: string;
  readonly configPath: string;
}

/**
 * Starts an Alertmanager that hands everything to one webhook; the configuration is checked by amtool first.
 * @throws Error with amtool's message when the configuration is refused
 */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<Alertmanager> {
  const home = await homeFor('alertmanager', options.dir);
  const port = options.port ?? (await freePort());
  const configPath = join(home.dir, 'alertmanager.yml');
  const text = options.configuration?.replaceAll('{webhook}', options.webhook) ?? stringify(configuration(options));
  await writeFile(configPath, text);
  await helper(['amtool', 'check-config', configPath], `amtool refuses ${configPath}`);
  const url = `http://127.0.0.1:${port}`;
  const argv = [await program(), `--config.file=${configPath}`, `--storage.path=${join(home.dir, 'data')}`];
  // No cluster: it would open a port of its own.
  argv.push(`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=');
  const ready = async (): Promise<boolean> => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) })).ok;
  const component = await startComponent({ name: 'alertmanager', argv, home, ready });
  return { ...component, port, url, configPath };
}

async function program(): Promise<string> {
  return (await onPath('alertmanager')) ?? (await onPath('prometheus-alertmanager')) ?? 'alertmanager';
}

function configuration({ webhook, groupBy = ['service', 'environment', 'run'] }: AlertmanagerOptions): object {
  return {
    route: {
      receiver: 'people',
      group_by: groupBy,
      group_wait: '100ms',
      group_interval: '200ms',
      repeat_interval: '1h',
    },
    receivers: [{ name: 'people', webhook_configs: [{ url: webhook, send_resolved: true }] }],
  };
}
