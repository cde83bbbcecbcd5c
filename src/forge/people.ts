import { z } from 'zod';
import { FORGE_ROLES, type ForgePeople, type ForgeRole } from '../model/forge.ts';
import { ProblemError } from '../model/problem.ts';
import { accountSchema } from './answers.ts';
import type { Connection } from './connection.ts';

/** Who somebody is and what they may do. What cannot be seen is no permission: it is a problem. */

const permissionSchema = z.object({ permission: z.string(), role_name: z.string(), user: accountSchema.nullable() });

export function forgePeople(connection: Connection): ForgePeople {
  return {
    async inTeam(account, { organisation, slug }) {
      // By number: whoever takes over a name that became free is somebody else.
      const path = { org: organisation, team_slug: slug };
      const found = await connection.find(
        'GET /orgs/{org}/teams/{team_slug}',
        path,
        z.object({ members_count: z.number() }),
      );
      if (found === undefined) throw new ProblemError(unseen(organisation, slug));
      const members = await connection.list('GET /orgs/{org}/teams/{team_slug}/members', path, accountSchema);
      return members.some(({ id }) => id === account);
    },
    async roleOf(account) {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
      const answer = await connection.find(route, { username: account.login }, permissionSchema);
      if (answer?.user?.id !== account.id) return 'none';
      return roleIn(answer.role_name) ?? roleIn(answer.permission) ?? 'none';
    },
  };
}

/** Roles of an organisation's own are built on one of these, which `permission` names. */
function roleIn(word: string): ForgeRole | undefined {
  return FORGE_ROLES.find((role) => role === word);
}

function unseen(organisation: string, slug: string) {
  return {
    code: 'forge.team-unseen',
    where: `team ${organisation}/${slug}`,
    found: 'no such team, or none that this token may see',
    expected: 'a team whose members can be read',
    remedy: 'check the name in the policy, and give the App the permission members=read of the organisation',
  };
}
