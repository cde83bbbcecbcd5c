import type { ResolvedScale } from '../../config/index.ts';
import type { NumberChange } from '../../gitops/index.ts';
import type { WorkloadKind } from '../../model/workload-kinds.ts';
import type { Node, OutputRef, ReadContext, Step } from '../../procedure/index.ts';

/** One workload of a cluster whose pods git counts: what sees it, and what changes the number. Made in cluster-pods.ts. */
export interface PodsTarget {
  readonly environment: string;
  readonly service: string;
  readonly namespace: string;
  readonly workload: string;
  readonly kind: WorkloadKind;
  readonly counts: ResolvedScale['counts'];
  readonly policy: {
    /** How long pods may take to become ready, or to end. */
    readonly deadlineMs: number;
    /** Share of the whole load that one pod carries; null: nobody has measured it. */
    readonly capacityPerPod: number | null;
    /** Who looks at the load. */
    readonly role: string;
  };
  /** The cluster and git at one time. Only looks. */
  look(ctx: Pick<ReadContext, 'exec' | 'signal' | 'clock'>): Promise<PodsWorld>;
  /** The workload alone. */
  pods(signal?: AbortSignal): Promise<PodsLook>;
  /** One commit of these numbers, pushed. */
  commit(options: PodsCommit): Step<unknown, { readonly commit: string; readonly changed: boolean }>;
  /** Waits until Argo CD has brought the commit. */
  sync(id: string, commit: OutputRef<{ readonly commit: string }>, urgent: boolean): Node;
}

export interface PodsCommit {
  readonly id: string;
  readonly title: string;
  readonly changes: (ctx: Pick<ReadContext, 'outputOf'>) => readonly NumberChange[];
  /** Part of the way back: what somebody else wrote meanwhile stays. */
  readonly back: boolean;
}

/** Bounds of a number of pods; where git names one number, both are that. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** What one look at a workload shows of its pods. */
export interface PodsLook {
  /** What the cluster is asked for now, by git, an autoscaler or a person. */
  readonly wanted: number;
  readonly available: number;
  /** Pods that have not ended, however they were asked to. */
  readonly there: number;
  /** Pods of the newest template. */
  readonly updated: number;
  /** Its controller has seen what is asked of it. */
  readonly seen: boolean;
  /** Why its controller has given up; null: it has not. */
  readonly given: string | null;
}

export interface PodsWorld {
  readonly pods: PodsLook;
  readonly git: Bounds;
  /** Autoscalers that count its pods. */
  readonly autoscalers: readonly (Bounds & { readonly name: string })[];
  /** A release is under way, in words; null: none is. */
  readonly underWay: string | null;
  /** Application that overlooks how many pods there are; null: none does. */
  readonly overlookedBy: string | null;
}
