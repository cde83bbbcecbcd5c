import type { SystemService } from './types.ts';

/** Which service comes before which. All pure; the configuration has no circles and no unknown names. */

type Ordered = Pick<SystemService, 'name' | 'after'>;

/** Every service behind all that it needs, otherwise as they are configured. */
export function startOrder<S extends Ordered>(services: readonly S[]): readonly S[] {
  const turn: S[] = [];
  const add = (service: S): void => {
    if (turn.includes(service)) return;
    for (const other of services) if (service.after.includes(other.name)) add(other);
    turn.push(service);
  };
  for (const service of services) add(service);
  return turn;
}

/** The named services and all that they need: what is started with them. In starting order; no name means all. */
export function withNeeds<S extends Ordered>(services: readonly S[], names: readonly string[]): readonly S[] {
  return closure(services, names, (one, other) => one.after.includes(other.name));
}

/** The named services and all that need them: what is stopped with them. In starting order; no name means all. */
export function withDependents<S extends Ordered>(services: readonly S[], names: readonly string[]): readonly S[] {
  return closure(services, names, (one, other) => other.after.includes(one.name));
}

/** For each service the ones of `services` that it is started after. */
export function startsAfter(services: readonly Ordered[]): Readonly<Record<string, readonly string[]>> {
  const names = new Set(services.map(({ name }) => name));
  return Object.fromEntries(services.map(({ name, after }) => [name, after.filter((other) => names.has(other))]));
}

/** For each service the ones of `services` that it is stopped after: those that need it. */
export function stopsAfter(services: readonly Ordered[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    services.map(({ name }) => [
      name,
      services.filter(({ after }) => after.includes(name)).map((dependent) => dependent.name),
    ]),
  );
}

function closure<S extends Ordered>(
  services: readonly S[],
  names: readonly string[],
  leads: (one: S, other: S) => boolean,
): readonly S[] {
  const order = startOrder(services);
  if (names.length === 0) return order;
  const found = new Set(order.filter(({ name }) => names.includes(name)));
  for (const one of found) for (const other of order) if (leads(one, other)) found.add(other);
  return order.filter((service) => found.has(service));
}
