import { resolve } from 'node:path';
import { systemdWord } from '../../model/text.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment } from '../environment/service.ts';

export interface AlertUnitRequest {
  readonly environment: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tokenFile: string;
  /** Variables that hold secrets, as systemd reads them; it may be missing. */
  readonly secretsFile: string;
}

export interface AlertUnit {
  /** `shiplock-alerts-shop-production.service` */
  readonly name: string;
  readonly content: string;
}

/**
 * A unit of systemd that lets alerts start runbooks, and comes back whenever it has ended. Nothing is installed.
 * A stop is told to the server alone (`KillMode=mixed`): the commands of a run that is under way, such as apt, end by themselves.
 */
export async function alertUnit(door: DoorOptions, request: AlertUnitRequest): Promise<AlertUnit> {
  const { environment, listen, tokenFile, secretsFile } = request;
  const { configFile, store, environment: resolved } = await openEnvironment(door, environment);
  const { service } = resolved;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const argv = [
    ...[...door.self, 'runbook', 'serve', environment, '--token-file', tokenFile, '--listen', `${host}:${listen.port}`],
    ...['--config', resolve(configFile), '--state', resolve(store)],
  ];
  return {
    name: `shiplock-alerts-${service}-${environment}.service`,
    content: [
      ...['[Unit]', `Description=Shiplock: runbooks of ${service} in ${environment} that alerts start`],
      ...['Wants=network-online.target', 'After=network-online.target', 'StartLimitIntervalSec=0', ''],
      ...['[Service]', `EnvironmentFile=-${secretsFile}`, `ExecStart=${argv.map(systemdWord).join(' ')}`],
      ...['Restart=always', 'RestartSec=2', 'KillMode=mixed', 'UMask=0077', ''],
      ...['[Install]', 'WantedBy=multi-user.target', ''],
    ].join('\n'),
  };
}
