import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import type { Complaint } from '../model/scalars.ts';
import type { GitStoreConfig } from '../procedure/config.ts';
import { explain } from './explain.ts';
import { located } from './load.ts';
import { parseLocated, plain } from './located.ts';
import { readText } from './read.ts';
import { memberOrder, unitWayTo } from './unit-order.ts';
import { type UnitFileShape, unitFileSchema, unitSchemaTree } from './unit-schema.ts';

export interface UnitMember {
  readonly name: string;
  /** Its shiplock.yaml; absolute once it was read from a file. */
  readonly config: string;
  /** Null: beside its shiplock.yaml. */
  readonly state: string | null;
  readonly after: readonly string[];
}

export interface UnitFile {
  readonly file: string;
  readonly unit: string;
  /** In the order in which they go. */
  readonly members: readonly UnitMember[];
  /** Git store of the unit's own runs; null: its state directory is all there is. */
  readonly git: GitStoreConfig | null;
  /** Each with the environment before it. */
  readonly environments: ReadonlyMap<string, { readonly from: string | null }>;
}

/** Name of the file, when a directory is named instead. */
export const UNIT_FILE = 'shiplock.unit.yaml';

/** Reads a shiplock.unit.yaml from disk, or that of a directory. Paths of members become absolute; a directory means its shiplock.yaml. */
export async function readUnit(path: string): Promise<Result<UnitFile>> {
  const file = (await isDirectory(path)) ? join(path, UNIT_FILE) : path;
  const text = await readText(file, { name: UNIT_FILE, option: '--unit' });
  if (!text.ok) return text;
  const loaded = loadUnit(text.value, file);
  if (!loaded.ok) return loaded;
  const base = dirname(resolve(file));
  const members = await Promise.all(
    loaded.value.members.map(async (member) => {
      const config = resolve(base, member.config);
      return {
        ...member,
        config: (await isDirectory(config)) ? join(config, 'shiplock.yaml') : config,
        state: member.state === null ? null : resolve(base, member.state),
      };
    }),
  );
  const twice = members.find(({ config }, index) => members.findIndex((other) => other.config === config) !== index);
  if (twice !== undefined) return bad(sameService(file, twice));
  return ok({ ...loaded.value, file: resolve(file), members });
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Reads the text of a shiplock.unit.yaml. Pure. All problems are told together, each with its line and column. */
export function loadUnit(text: string, file: string): Result<UnitFile> {
  const parsed = parseLocated(text, file);
  if (!parsed.ok) return parsed;
  const tree = parsed.value;
  const checked = unitFileSchema.safeParse(plain(tree));
  if (!checked.success) {
    const schema = unitSchemaTree();
    const page = 'docs/units.md';
    return bad(...explain(checked.error.issues, { file, tree, schema, whole: schema, name: '', page }));
  }
  const shape = checked.data;
  const { git } = shape.store;
  const members = new Map(Object.entries(shape.members));
  const order = memberOrder(members);
  const complaints = [...memberChecks(shape), ...(order.ok ? [] : [circle(order.circle)]), ...environmentChecks(shape)];
  if (complaints.length > 0 || !order.ok) return bad(...located(complaints, tree, file));
  return ok({
    file,
    unit: shape.unit,
    git: git === undefined ? null : { ...git, prefix: git.prefix ?? `shiplock/units/${shape.unit}` },
    members: order.names.flatMap((name) => {
      const member = members.get(name);
      return member === undefined
        ? []
        : [{ name, config: member.config, state: member.state ?? null, after: member.after }];
    }),
    environments: new Map(Object.entries(shape.environments).map(([name, { from = null }]) => [name, { from }])),
  });
}

function memberChecks({ members }: UnitFileShape): readonly Complaint[] {
  const names = Object.keys(members);
  return Object.entries(members).flatMap(([name, { after }]) =>
    after.flatMap((other, index) => {
      if (names.includes(other)) return [];
      const others = names.filter((one) => one !== name);
      return [
        {
          path: ['members', name, 'after', index],
          code: 'config.unknown-member',
          found: `the member \`${other}\``,
          expected: others.length === 0 ? 'no name: there is no other member' : `one of ${others.join(', ')}`,
          remedy:
            others.length === 0
              ? 'delete `after:`'
              : `write \`${nearest(other, others, distance) ?? others[0] ?? ''}\``,
        },
      ];
    }),
  );
}

function circle(names: readonly string[]): Complaint {
  const [first = ''] = names;
  return {
    path: ['members', first, 'after'],
    code: 'config.member-circle',
    found: names.map((name) => `\`${name}\``).join(' after '),
    expected: 'an order with a first member',
    remedy: 'take one of these names out of `after:`',
  };
}

function environmentChecks({ environments }: UnitFileShape): readonly Complaint[] {
  const names = Object.keys(environments);
  const known = new Map(Object.entries(environments));
  return Object.entries(environments).flatMap(([name, { from }]) => {
    if (from === undefined) return [];
    const path = ['environments', name, 'from'];
    if (!names.includes(from)) {
      const others = names.filter((one) => one !== name);
      return [
        {
          path,
          code: 'config.unknown-environment',
          found: `the environment \`${from}\``,
          expected: `one of ${others.join(', ')}`,
          remedy: `write \`${nearest(from, others, distance) ?? others[0] ?? ''}\``,
        },
      ];
    }
    const [first = name] = unitWayTo(known, name);
    if (known.get(first)?.from === undefined) return [];
    return [
      {
        path,
        code: 'config.promotion-circle',
        found: `\`${name}\` after \`${from}\`, in an order without a beginning`,
        expected: 'an order with a first environment, to which units go by `shiplock release --unit`',
        remedy: 'delete `from:` in the first of them',
      },
    ];
  });
}

function sameService(file: string, { name, config }: UnitMember): Problem {
  return {
    code: 'config.member-twice',
    where: file,
    found: `${config} a second time, as the member \`${name}\``,
    expected: 'a service of its own for each member',
    remedy: 'delete one of the members, or name another configuration',
  };
}
