import type { Json } from '../../model/json.ts';

/** What Argo Rollouts is told about an environment: how traffic goes over, and who judges. */
export interface RolloutsOptions {
  /** `pull`: the controller asks the judge and goes on by itself. `push`: it waits for the pipeline; the judge only keeps watch. */
  readonly mode: 'pull' | 'push';
  readonly service: string;
  readonly environment: string;
  /** Name of the Rollout. */
  readonly rollout: string;
  /** Left out: the manifests name none, Kustomize or Argo CD does. */
  readonly namespace?: string;
  readonly strategy: Canary | BlueGreen;
  /** Not ready within this time: aborted. */
  readonly healthDeadlineMs: number;
  /** How long a share may be undecided before the Rollout pauses for a person. */
  readonly waitMs: number;
  readonly judge: JudgeAddress;
}

export interface Canary {
  readonly kind: 'canary';
  readonly steps: readonly { readonly share: number; readonly bakeMs: number }[];
  /** Watched with all traffic on the new version, the old one standing by; only where a router splits the traffic. */
  readonly finalBakeMs: number;
  readonly routing: Routing;
}

export type Routing =
  /** Shares by counts of pods behind one Service. */
  | { readonly kind: 'pods'; readonly replicas: number }
  /** Shares by weights of an HTTPRoute, through the controller's plugin for the Gateway API. */
  | {
      readonly kind: 'gateway-api';
      readonly httpRoute: string;
      readonly stableService: string;
      readonly canaryService: string;
    };

export interface BlueGreen {
  readonly kind: 'blue-green';
  readonly activeService: string;
  readonly previewService: string;
  /** A person looks at the new version before the switch. */
  readonly preview: boolean;
  /** Watched after the switch, the old version standing by. */
  readonly finalBakeMs: number;
  readonly drainMs: number;
  /** Paths that the preview must answer before the switch; `http://preview/path` is made of the Service and this port. */
  readonly smoke: readonly string[];
  readonly previewPort: number;
}

export interface JudgeAddress {
  /** `http://shiplock-judge.shiplock.svc:8484` */
  readonly url: string;
  /** Secret in the namespace of the Rollout, and its key, with the token. */
  readonly tokenSecret: { readonly name: string; readonly key: string };
  /** Between two questions. */
  readonly everyMs: number;
}

/** One object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly [key: string]: Json };
  readonly spec: { readonly [key: string]: Json };
}
