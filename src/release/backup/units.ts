import { resolve } from 'node:path';
import { alertRules, cronFile, cronJobs, type GeneratedFile, systemdUnits } from '../../backup/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment } from '../environment/service.ts';
import { backupSettings } from './open.ts';

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
  // Who prints them need not have the secrets that they name.
  const service = await openEnvironment(door, request.environment, 'without-trust');
  const settings = backupSettings(service);
  const { announce, objectives } = service.environment;
  const inPod = request.kind === 'kubernetes';
  if (inPod && request.metrics !== null) throw new ProblemError(noFigures(request.metrics));
  const options = {
    service: service.environment.service,
    environment: request.environment,
    // In an image it is where its PATH has it.
    program: request.program !== undefined ? [request.program] : inPod ? ['shiplock'] : door.self,
    configFile: resolve(service.configFile),
    store: resolve(service.store),
    ...{ metrics: request.metrics, secretsFile: request.secretsFile, image: request.image },
    ...{ drill: settings.drill, announce: announce !== null },
    directories: [settings, ...settings.copies]
      .map(({ repository }) => repository)
      .filter((repository) => repository.startsWith('/')),
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

function noFigures(found: string): Problem {
  return {
    ...{ code: 'cli.usage', where: '--metrics', found },
    expected: 'no file: in a pod nobody would read it, and it ends with the pod',
    remedy: 'leave it out, and let `announce:` tell when a backup is too old',
  };
}
