import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import type { Complaint } from '../model/scalars.ts';
import type { ServiceSettings } from './schema.ts';

/**
 * With `people:` whoever answers for a waiver must be somebody: a person, a role that somebody has, or a team that owns the service. A name that
 * nobody has would let a finding pass for ever in the name of nobody. Paths are those of the file. Pure.
 */
export function waiverChecks({ people = {}, roles, owners, scan }: ServiceSettings): readonly Complaint[] {
  const known = [
    ...Object.keys(people),
    ...Object.keys(roles),
    ...Object.values(people).flatMap((person) => [...person.roles, ...Object.values(person.rolesIn).flat()]),
    ...owners.map(({ team }) => team),
  ];
  const names = [...new Set(known)].toSorted();
  return scan.waivers.flatMap(({ owner }, index): readonly Complaint[] => {
    if (names.includes(owner)) return [];
    const near = nearest(owner, names, distance);
    return [
      {
        path: ['scan', 'waivers', index, 'owner'],
        code: 'config.unknown-owner',
        found: `\`${owner}\`, who is no person, role or owner of this file`,
        expected: `one of ${names.join(', ')}`,
        remedy: near === undefined ? 'name a person of `people:`, or a role' : `write \`${near}\` if that is meant`,
      },
    ];
  });
}
