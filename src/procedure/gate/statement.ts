import { createHash } from 'node:crypto';
import type { Evidence } from '../../model/evidence.ts';
import type { OrderKind } from '../../model/order.ts';
import { canonical } from '../journal/canonical.ts';

/** What is signed: one text per statement, so a signature belongs to one run, gate, opening, plan, host, person and content. */

export const GATE_NAMESPACE = 'shiplock-gate@v1';
export const START_NAMESPACE = 'shiplock-start@v1';
export const ORDER_NAMESPACE = 'shiplock-order@v1';
/** Namespace of signatures in git commits. */
export const GIT_NAMESPACE = 'git';

export interface GateStatement {
  readonly run: string;
  readonly environment: string;
  /** Path of the gate. */
  readonly gate: string;
  /** Drawn by lot each time the gate opens: a gate that opens again needs new evidence. */
  readonly opening: string;
  /** Digest of what the gate stands for: the nodes around it and the inputs. */
  readonly subject: string;
  readonly planHash: string;
  readonly host: string;
  readonly person: string;
  readonly kind: 'evidence' | 'override';
  readonly reason: string;
  readonly items: Evidence;
}

export interface StartStatement {
  readonly run: string;
  readonly environment: string;
  readonly procedure: string;
  readonly planHash: string;
  readonly host: string;
  readonly person: string;
}

export interface OrderStatement {
  readonly run: string;
  readonly environment: string;
  readonly id: string;
  readonly kind: OrderKind;
  readonly why: string;
  readonly host: string;
  readonly person: string;
}

/** RFC 8785 canonical JSON and a newline. */
export function gateText(statement: GateStatement): string {
  const { run, environment, gate, opening, subject, planHash, host, person, kind, reason, items } = statement;
  const fields = {
    run,
    environment,
    gate,
    opening,
    subject,
    planHash,
    host,
    person,
    kind,
    reason,
    items: { ...items },
  };
  return `${canonical({ format: GATE_NAMESPACE, ...fields })}\n`;
}

export function startText(statement: StartStatement): string {
  const { run, environment, procedure, planHash, host, person } = statement;
  return `${canonical({ format: START_NAMESPACE, run, environment, procedure, planHash, host, person })}\n`;
}

export function orderText({ run, environment, id, kind, why, host, person }: OrderStatement): string {
  return `${canonical({ format: ORDER_NAMESPACE, run, environment, id, kind, why, host, person })}\n`;
}

/** What a gate asks, together with the answers that somebody agrees to, in 16 digits: whoever names them means this and nothing else. */
export function askedOf(
  gate: Pick<GateStatement, 'run' | 'environment' | 'gate' | 'opening' | 'subject' | 'planHash' | 'items'>,
): string {
  const { run, environment, gate: path, opening, subject, planHash, items } = gate;
  const text = canonical({ run, environment, gate: path, opening, subject, planHash, items: { ...items } });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
