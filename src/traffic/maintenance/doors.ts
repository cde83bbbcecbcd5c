import type { HttpClient, TrafficRouter } from '../../model/ports.ts';
import type { Maintenance } from './mark.ts';

/** The doors of one environment. */
export interface Doors {
  readonly service: string;
  readonly environment: string;
  /** Where the mark lies: the directory of the proxy. */
  readonly directory: string;
  readonly resource: string;
  /** Where users arrive. */
  readonly entry: string;
  readonly http: HttpClient;
  /** The router of a proxy that lets users in (null), or shows them the page. */
  router(maintenance: Maintenance | null): TrafficRouter;
}
