import { resolve } from 'node:path';
import { alertRules, cronFile, cronJobs, type GeneratedFile, systemdUnits } from '../../backup/index.ts';
import type { DoorOptions } from '../door.ts';
import { openBackup } from './open.ts';

export interface UnitsRequest {
  readonly environment: string;
  readonly kind: 'systemd' | 'cron' | 'kubernetes' | 'prometheus';
  readonly metrics: string | null;
  readonly secretsFile: string;
  /** How Shiplock is started there; left out: as it is started now. */
  readonly program?: string | undefined;
  readonly image: string;
}

/** Files that start the backups of an environment at their times, or the alert rules over their figures. @throws ProblemError when nothing is configured */
export async function backupUnits(door: DoorOptions, request: UnitsRequest): Promise<readonly GeneratedFile[]> {
  const { service, settings } = await openBackup(door, request.environment);
  const { announce, objectives } = service.environment;
  const options = {
    service: service.environment.service,
    environment: request.environment,
    program: request.program === undefined ? door.self : [request.program],
    configFile: resolve(service.configFile),
    store: resolve(service.store),
    ...{ metrics: request.metrics, secretsFile: request.secretsFile, image: request.image },
    ...{ drill: settings.drill, announce: announce !== null },
  };
  if (request.kind === 'prometheus') {
    const { service: name, environment } = options;
    const { verifiedWithinMs, drill } = settings;
    const hosts = Object.keys(settings.hostFiles).length > 0;
    const { rpoMs = null, rtoMs = null } = objectives;
    return [
      alertRules({
        ...{ service: name, environment, rpoMs, rtoMs, verifiedWithinMs },
        every: drill?.every ?? null,
        hosts,
      }),
    ];
  }
  if (request.kind === 'systemd') return systemdUnits(options);
  return [request.kind === 'cron' ? cronFile(options) : cronJobs(options)];
}
