import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Order, OrderKind } from '../../model/order.ts';
import type { Policy, Signatures, Signer } from '../../model/people.ts';
import type { Clock } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { timestamp } from '../machine/clock.ts';
import { ORDER_NAMESPACE, orderText } from './statement.ts';

/** Who may order a run to pause, to go on, to go back: a person with the role of the rollout, by the same proof as at its gates. */

export interface Ordering {
  readonly run: string;
  readonly environment: string;
  readonly kind: OrderKind;
  readonly why: string;
  /** Who says so, where no signature does. */
  readonly by: string;
  readonly signer: Signer | undefined;
  readonly clock: Clock;
}

/** An order, signed where there is somebody to sign it. */
export async function makeOrder({ run, environment, kind, why, by, signer, clock }: Ordering): Promise<Order> {
  const order: Order = {
    formatVersion: 1,
    id: signer?.order ?? randomBytes(16).toString('hex'),
    run,
    kind,
    by: signer?.person ?? by,
    why,
    host: hostname(),
    time: timestamp(clock),
  };
  if (signer === undefined) return order;
  const { person } = signer;
  const { id, host } = order;
  const text = orderText({ run, environment, id, kind, why, host, person });
  return { ...order, person, signature: await signer.sign(text, ORDER_NAMESPACE) };
}

/** Why the policy does not take this order from who gave it; undefined: it does. */
export async function orderProblem(
  order: Order,
  role: string,
  policy: Policy,
  signatures: Signatures,
): Promise<Problem | undefined> {
  const where = `order to ${order.kind} run ${order.run}`;
  const name = order.person ?? order.by;
  const person = policy.people.find(({ id }) => id === name);
  const may = policy.people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);
  const listed = may.length === 0 ? 'nobody has it' : may.join(', ');
  if (person?.roles.includes(role) !== true) {
    return {
      code: 'order.role-missing',
      where,
      found: person === undefined ? `${name}, who is not in the policy` : `${name}, without the role ${role}`,
      expected: `somebody with the role ${role} in ${policy.environment}: ${listed}`,
      remedy:
        'ask one of them, or sign as who you are (--sign-key, --as); a bad release: `shiplock rollback` asks nobody',
    };
  }
  const { signature, run, id, kind, why, host } = order;
  if (signature === undefined) {
    if (policy.rules.evidence === 'unsigned') return undefined;
    return {
      code: 'order.unsigned',
      where,
      found: `an order in the name of ${name} without a signature`,
      expected: `a signature by a key of ${name}: ${policy.environment} takes nothing else`,
      remedy: 'give it with --sign-key ~/.ssh/id_ed25519',
    };
  }
  const text = orderText({ run, environment: policy.environment, id, kind, why, host, person: name });
  const bad = await signatures.verify({
    text,
    signature,
    namespace: ORDER_NAMESPACE,
    person: name,
    keys: person.keys,
    account: person.account,
  });
  if (bad === undefined) return undefined;
  return {
    code: 'order.signature-invalid',
    where,
    found: `a signature that is not one of ${name} for this: ${bad}`,
    expected: `a signature by a key of ${name} over exactly this run, order and reason`,
    remedy: 'give it again with --sign-key; a signature cannot be carried over from elsewhere',
  };
}
