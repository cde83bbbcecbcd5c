import type { ExitCode } from '../../model/exit.ts';
import type { Json } from '../../model/json.ts';
import type { Node, Plan, Procedure, RunResult } from '../../procedure/index.ts';
import type { Reach, ServiceEnvironment } from '../environment/service.ts';
import type { OpenedSystem } from '../environment/system.ts';
import type { Input } from './input.ts';

/** What a runbook is: everything that its doors, its SOP and its tests are made from. */

/** `destructive`: what it takes away cannot be brought back by running it again. */
export type Severity = 'reads' | 'changes' | 'destructive';

/** A sentence of the procedure that is asked for (an id of docs/requirements.md), and where it is carried out and shown. */
export interface Clause {
  readonly id: string;
  readonly says: string;
  /** Beginnings of paths in the tree: each must be there in the sample. */
  readonly nodes: readonly string[];
  /** Test that shows it on real components. */
  readonly test: string;
}

export interface Runbook {
  /** Name of its file. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** When to use it, and when not. */
  readonly when: string;
  readonly requirements: readonly string[];
  readonly roles: readonly { readonly role: string; readonly does: string }[];
  readonly severity: Severity;
  /** What must be there when its environment is opened; left out: everything. */
  readonly reach?: Reach;
  readonly inputs: readonly Input[];
  /** What must be so before it is begun. */
  readonly prerequisites: readonly string[];
  /** What undoes it, or what to do when it does not come through. */
  readonly wayBack: string;
  readonly clauses: readonly Clause[];
  /** Texts of inputs with which the SOP is printed and the runbook is tested. */
  readonly sample: Readonly<Record<string, string>>;
  readonly how: Tree | Delivery;
}

/** The value of an input, as it was given for this run. */
export type Given = <T>(input: Input<T>) => T;

export interface RunbookContext {
  readonly service: ServiceEnvironment;
  /** @throws ProblemError `system.not-configured` */
  system(): OpenedSystem;
}

export interface Report {
  readonly text: string;
  readonly json: Json;
  /** It has seen something that must be mended: exit code 1. */
  readonly bad?: boolean;
}

/** A tree for the engine. */
export interface Tree {
  readonly kind: 'tree';
  /** Pure but for looks at files of the configuration: the same inputs give the same tree, also in a resume. */
  build(given: Given, context: RunbookContext): Built | Promise<Built>;
}

export interface Built {
  readonly title: string;
  readonly description: string;
  readonly root: Node;
  /** What is told when it is over, or planned where it only reads. */
  report?(outputs: RunResult['outputs']): Report;
}

/** One of the procedures that a release consists of: the release room begins it, with its records and its policy. */
export interface Delivery {
  readonly kind: 'delivery';
  readonly procedure: 'rollback';
  plan(given: Given, service: ServiceEnvironment): Promise<Plan>;
  document(given: Given, service: ServiceEnvironment): Promise<Procedure>;
  run(
    given: Given,
    service: ServiceEnvironment,
  ): Promise<Report & { readonly exit: ExitCode; readonly run: string | null }>;
  /** The same with made-up releases, for the printed SOP. */
  sample(given: Given, service: ServiceEnvironment): Procedure;
}

/** Type-checks a definition where it stands. */
export function runbook(definition: Runbook): Runbook {
  return definition;
}
