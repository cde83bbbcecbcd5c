import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from './ports.ts';
import { type Component, helper, homeFor, startComponent } from './supervise.ts';

export interface ScrapeConfig {
  readonly job: string;
  /** host:port of each target */
  readonly targets: readonly string[];
  /** default /metrics */
  readonly path?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PrometheusOptions {
  readonly dir?: string;
  readonly scrapeConfigs: readonly ScrapeConfig[];
  /** Prometheus duration; default 1s */
  readonly scrapeInterval?: string;
  /** Rules that are evaluated as often as targets are asked, and who is told of those that fire. */
  readonly alerts?: {
    readonly rules: readonly AlertRule[];
    /** host:port of an Alertmanager */
    readonly to: string;
  };
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Prometheus extends Component {
  readonly port: number;
  /** http://host:port */
  readonly url: string;
  readonly configPath: string;
}

/**
 * Starts a Prometheus server that scrapes the given targets; the configuration is checked by promtool first. Its discovery
 * hands targets over every 5 seconds, so the first sample comes 5 to 6 seconds after the start whatever the interval is.
 * @throws Error with promtool's message when the configuration is refused
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const home = await homeFor('prometheus', options.dir);
  const port = await freePort();
  const configPath = join(home.dir, 'prometheus.yml');
  await writeFile(configPath, stringify(configuration(options)));
  const groups = [{ name: 'alerts', rules: options.alerts?.rules ?? [] }];
  await writeFile(join(home.dir, RULES), stringify({ groups }));
  await helper(['promtool', 'check', 'config', configPath], `promtool refuses ${configPath}`);
  const url = `http://127.0.0.1:${port}`;
  const argv = ['prometheus', `--config.file=${configPath}`, `--storage.tsdb.path=${join(home.dir, 'data')}`];
  argv.push(`--web.listen-address=127.0.0.1:${port}`, '--web.enable-lifecycle', '--storage.tsdb.retention.time=1d');
  const ready = async (): Promise<boolean> => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) })).ok;
  const component = await startComponent({ name: 'prometheus', argv, home, ready });
  return { ...component, port, url, configPath };
}

const RULES = 'rules.yml';

function configuration(options: PrometheusOptions): object {
  const interval = options.scrapeInterval ?? '1s';
  return {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    scrape_configs: options.scrapeConfigs.map((scrape) => ({
      job_name: scrape.job,
      metrics_path: scrape.path ?? '/metrics',
      static_configs: [{ targets: scrape.targets, labels: scrape.labels ?? {} }],
    })),
    rule_files: [RULES],
    ...(options.alerts === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [options.alerts.to] }] }] } }),
  };
}
