import { expect, it, test } from 'vitest';
import { changesOfMembers } from '../../../src/release/unit/changes.ts';

/** Which record asks for which member of a unit. */

const member = (name: string) => ({ name, config: `${name}/shiplock.yaml`, state: null, after: [] });
const unit = { file: 'shiplock.unit.yaml', members: [member('api'), member('web')] };
const [one, two] = ['CHG-20261123-3f2a', 'CHG-20261123-90c1'];

it('names a record of each member that has one', () => {
  expect([...changesOfMembers(unit, undefined)]).toEqual([]);
  expect([...changesOfMembers(unit, `web=${one}`)]).toEqual([['web', one]]);
  expect([...changesOfMembers(unit, `web=${one}, api=${two}`)]).toEqual([
    ['web', one],
    ['api', two],
  ]);
});

test.each([
  [one, /a record for each member/],
  ['', /a record for each member/],
  ['web=CHG-1', /a record for each member/],
  [`web=${one},web=${two}`, /web twice/],
  [`wep=${one}`, /no member `wep`.*write `web`/s],
])('not by %j', (text, words) => expect(() => changesOfMembers(unit, text)).toThrow(words));
