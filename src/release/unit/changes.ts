import { distance } from 'fastest-levenshtein';
import type { UnitFile } from '../../config/index.ts';
import { changeIdSchema } from '../../model/change.ts';
import { nearest } from '../../model/json.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';

/** Change records of a unit: each member has its own, since each is a service with a plan, a policy and journals of its own. */

/**
 * By name of a member, the record that asks for it: `web=CHG-20261123-3f2a,api=CHG-20261123-90c1`. Members that are not named have none. Pure.
 * @throws ProblemError `unit.change` for other words, `unit.unknown-member`
 */
export function changesOfMembers(
  { file, members }: Pick<UnitFile, 'file' | 'members'>,
  text: string | undefined,
): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  const names = members.map(({ name }) => name);
  const pairs = text.split(',').map((one): readonly [string, string] => {
    const [, name = '', id = ''] = /^([^=]+)=(.+)$/.exec(one.trim()) ?? [];
    if (!changeIdSchema.safeParse(id).success) throw new ProblemError(noPair(one, names));
    if (!names.includes(name)) throw new ProblemError(stranger(file, name, names));
    return [name, id];
  });
  const twice = names.find((name) => pairs.filter(([one]) => one === name).length > 1);
  if (twice !== undefined) throw new ProblemError(noPair(`${twice} twice`, names));
  return new Map(pairs);
}

function noPair(found: string, names: readonly string[]): Problem {
  return {
    code: 'unit.change',
    where: '--change',
    found,
    expected: `a record for each member that needs one: ${names.map((name) => `${name}=CHG-…`).join(',')}`,
    remedy: 'ask for each with `shiplock change new` and the configuration of the member (--config)',
  };
}

function stranger(file: string, name: string, names: readonly string[]): Problem {
  return {
    code: 'unit.unknown-member',
    where: file,
    found: `no member \`${name}\``,
    expected: `one of ${names.join(', ')}`,
    remedy: `write \`${nearest(name, names, distance) ?? names[0] ?? ''}\``,
  };
}
