import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadUnit, memberOrder, readUnit, unitSchemaTree, unitWayTo } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';

const UNIT = `apiVersion: shiplock/v1
unit: shop
members:
  web:
    config: web
    after: [api]
  api:
    config: services/api/shiplock.yaml
    state: state/api
  mail:
    config: mail
environments:
  development: {}
  production: { from: development }
`;

const load = (text: string) => loadUnit(text, 'shiplock.unit.yaml');
const names = (text: string) => unwrap(load(text)).members.map(({ name }) => name);

describe('the file of a unit', () => {
  test('puts its members in order: after what they name, otherwise as they stand there', () => {
    expect(names(UNIT)).toEqual(['api', 'web', 'mail']);
    expect(names(UNIT.replace('after: [api]', 'after: [api, mail]'))).toEqual(['api', 'mail', 'web']);
    expect(names(UNIT.replace('    after: [api]\n', ''))).toEqual(['web', 'api', 'mail']);
    const { unit, environments } = unwrap(load(UNIT));
    expect(unit).toBe('shop');
    expect([...environments]).toEqual([
      ['development', { from: null }],
      ['production', { from: 'development' }],
    ]);
  });

  test.each([
    ['an unknown key, with the nearest name', 'after: [api]', 'aftr: [api]', 'config.unknown-key', 'write `after`'],
    ['an unknown key of the file', 'unit: shop\n', 'unit: shop\nmember: {}\n', 'config.unknown-key', '`members`'],
    ['a member that is not there', '[api]', '[apo]', 'config.unknown-member', 'write `api`'],
    ['an environment that is not there', 'from: development', 'from: dev', 'config.unknown-environment', 'development'],
    ['no environments', /environments:.*/s, 'environments: {}\n', 'config.wrong-value', ''],
    ['a member without a configuration', '    config: mail\n', '    {}\n', 'config.missing-key', 'config:'],
    ['another version', 'shiplock/v1', 'shiplock/v2', 'config.api-version', 'shiplock/v1'],
    ['itself before itself', '{ from: development }', '{ from: production }', 'config.promotion-circle', ''],
  ])('is refused with %s', (_name, before, after, code, remedy) => {
    const text = UNIT.replace(before, after);
    expect(text).not.toBe(UNIT);
    const loaded = load(text);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.remedy).toContain(remedy);
    expect(problems[0]?.where).toMatch(/^shiplock\.unit\.yaml:\d+:\d+$/);
  });

  test('is refused with members that wait for each other, who are named', () => {
    const text = UNIT.replace('state: state/api', 'after: [mail]').replace(
      'config: mail',
      'config: mail\n    after: [web]',
    );
    expect(load(text)).toMatchObject({
      ok: false,
      problems: [{ code: 'config.member-circle', found: '`web` after `api` after `mail` after `web`' }],
    });
  });

  test('means the same to an editor', () => {
    const validate = new Ajv2020({ strict: false }).compile(unitSchemaTree());
    for (const text of [UNIT, UNIT.replace('after:', 'aftr:'), UNIT.replace('unit: shop', 'unit: Shop')]) {
      expect(validate(parse(text))).toBe(load(text).ok);
    }
  });

  test('names its members from where it stands; a directory stands for the file in it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'su-'));
    try {
      mkdirSync(join(dir, 'web'));
      mkdirSync(join(dir, 'mail'));
      writeFileSync(join(dir, 'shiplock.unit.yaml'), UNIT);
      const { file, members } = unwrap(await readUnit(dir));
      expect(file).toBe(join(dir, 'shiplock.unit.yaml'));
      expect(members).toEqual([
        { name: 'api', config: join(dir, 'services/api/shiplock.yaml'), state: join(dir, 'state/api'), after: [] },
        { name: 'web', config: join(dir, 'web/shiplock.yaml'), state: null, after: ['api'] },
        { name: 'mail', config: join(dir, 'mail/shiplock.yaml'), state: null, after: [] },
      ]);
      writeFileSync(join(dir, 'shiplock.unit.yaml'), UNIT.replace('config: mail', 'config: ./web/'));
      expect(await readUnit(dir)).toMatchObject({ ok: false, problems: [{ code: 'config.member-twice' }] });
      expect(await readUnit(join(dir, 'web'))).toMatchObject({
        ok: false,
        problems: [{ code: 'config.not-found', remedy: expect.stringContaining('--unit') }],
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('the order of members', () => {
  const graph = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(fc.subarray(Array.from({ length: size }, (_, index) => `m${index}`)), {
      minLength: size,
      maxLength: size,
    }),
  );
  const membersOf = (edges: readonly (readonly string[])[]) =>
    new Map(
      edges.map((after, index): readonly [string, { readonly after: readonly string[] }] => [`m${index}`, { after }]),
    );

  test('holds every member once, after all that it names; or a circle in which each names the next', () => {
    let [orders, circles] = [0, 0];
    fc.assert(
      fc.property(graph, (edges) => {
        const members = membersOf(edges);
        const order = memberOrder(members);
        if (order.ok) {
          orders++;
          expect(order.names.toSorted()).toEqual([...members.keys()].toSorted());
          for (const [index, name] of order.names.entries()) {
            for (const other of members.get(name)?.after ?? []) expect(order.names.indexOf(other)).toBeLessThan(index);
          }
        } else {
          circles++;
          expect(order.circle.length).toBeGreaterThan(1);
          expect(order.circle.at(-1)).toBe(order.circle[0]);
          for (const [index, name] of order.circle.slice(0, -1).entries()) {
            expect(members.get(name)?.after).toContain(order.circle[index + 1]);
          }
        }
      }),
      { seed: 20261122, numRuns: 500 },
    );
    expect(Math.min(orders, circles)).toBeGreaterThan(20);
  });

  test('an environment that comes of none stands alone', () => {
    expect(unitWayTo(new Map([['a', {}]]), 'a')).toEqual(['a']);
  });
});
