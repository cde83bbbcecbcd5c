import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startOrder, withDependents, withNeeds } from '../../src/system/index.ts';
import { startsAfter, stopsAfter } from '../../src/system/order.ts';

const SYSTEM = [
  { name: 'proxy', after: ['api', 'files'] },
  { name: 'api', after: ['database', 'cache'] },
  { name: 'files', after: [] },
  { name: 'cache', after: [] },
  { name: 'database', after: [] },
];
const names = (services: readonly { readonly name: string }[]) => services.map(({ name }) => name);

test('everything comes behind what it needs, otherwise as it is configured', () => {
  expect(names(startOrder(SYSTEM))).toEqual(['cache', 'database', 'api', 'files', 'proxy']);
});

test('one service brings what it needs, and takes with it what needs it', () => {
  expect(names(withNeeds(SYSTEM, ['api']))).toEqual(['cache', 'database', 'api']);
  expect(names(withDependents(SYSTEM, ['cache']))).toEqual(['cache', 'api', 'proxy']);
  expect(names(withNeeds(SYSTEM, []))).toHaveLength(5);
});

test('what is left out is waited for by nobody', () => {
  expect(startsAfter(withNeeds(SYSTEM, ['api']))).toEqual({ cache: [], database: [], api: ['database', 'cache'] });
  expect(stopsAfter(withDependents(SYSTEM, ['cache']))).toEqual({ cache: ['api'], api: ['proxy'], proxy: [] });
});

/** Systems without circles: each service needs some of those before it; then they are shuffled. */
const systems = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 12 }).chain((rows) => {
  const services = rows.map((row, at) => ({
    name: `s${at}`,
    after: [...new Set(at === 0 ? [] : row.map((number) => `s${number % at}`))],
  }));
  return fc.shuffledSubarray(services, { minLength: services.length });
});

test('for any system: starting is never before a need, stopping never before a dependent, nobody is lost', () => {
  fc.assert(
    fc.property(systems, fc.nat(), (services, pick) => {
      const order = startOrder(services);
      expect(names(order).toSorted()).toEqual(names(services).toSorted());
      for (const [at, { after }] of order.entries())
        for (const need of after) expect(names(order).indexOf(need)).toBeLessThan(at);
      const name = services[pick % services.length]?.name ?? '';
      const down = withDependents(services, [name]);
      for (const service of services) {
        if (service.after.some((need) => names(down).includes(need))) expect(names(down)).toContain(service.name);
      }
      const up = withNeeds(services, [name]);
      for (const service of up) for (const need of service.after) expect(names(up)).toContain(need);
    }),
  );
});
