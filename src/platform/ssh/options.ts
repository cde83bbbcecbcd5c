import type { Clock, Exec } from '../../model/ports.ts';
import type { PortRange } from '../local/host-ports.ts';
import type { SshAccess, SshHost } from './access.ts';
import type { GuardPlace } from './guards.ts';

export interface SshPlatformOptions {
  readonly host: SshHost;
  readonly access: SshAccess;
  /** Directory of the service on the host; see docs/layout.md. */
  readonly root: string;
  /** Name of the service: its units are called by it. */
  readonly service: string;
  /** The component that gets the traffic. */
  readonly component: string;
  /** Instances of a version on this host, as configured. */
  readonly replicas: number;
  readonly ports: PortRange;
  readonly crashLoop: { readonly restarts: number; readonly withinMs: number };
  /** Most hosts that are asked at the same time. */
  readonly parallel: number;
  /** Command line of the client, `hostCommand()`. */
  readonly command: readonly string[];
  readonly guards: GuardPlace;
  readonly exec: Exec;
  readonly clock: Clock;
}
