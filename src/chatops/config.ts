import { z } from 'zod';
import { nameSchema, wordsSchema } from '../model/scalars.ts';

/** What an environment lets people do from comments: a fragment of `policy.environments.<name>`, read only from the protected branch. */

const COMMAND_HINT = 'the name of a command as `/help` lists it, such as deploy, gate fill or rollout abort';
const commandNameSchema = z.string({ error: COMMAND_HINT }).regex(/^[a-z]+(?: [a-z]+)?$/, COMMAND_HINT);

const TEAM_HINT = 'a team of the forge, `organisation/team`';
const teamSchema = z.string({ error: TEAM_HINT }).regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9_-]{1,100}$/, TEAM_HINT);

const REVIEWS_HINT = 'a number of reviews from 0 to 10';
export const chatConfig = z.strictObject({
  commands: z
    .record(commandNameSchema, nameSchema)
    .default({})
    .describe('Command → role that may give it here. A command that is not named is refused.'),
  teams: z
    .record(teamSchema, z.array(nameSchema))
    .default({})
    .describe(
      'Team of the forge → roles that its members have here, beside those of the person. Needs the token of an App.',
    ),
  commit: z
    .enum(['named', 'pinned'])
    .default('named')
    .describe(
      '`named`: a command that brings a commit here must name it, by 12 digits or more. `pinned`: without a name it is the commit that the server had when the comment was written.',
    ),
  commitsFrom: z
    .enum(['default-branch', 'any-branch'])
    .default('default-branch')
    .describe('`default-branch`: only commits that this branch holds may come here.'),
  checks: z
    .array(wordsSchema)
    .default([])
    .describe('Checks that must have succeeded for exactly this commit, by name.'),
  reviews: z
    .number({ error: REVIEWS_HINT })
    .int(REVIEWS_HINT)
    .min(0, REVIEWS_HINT)
    .max(10, REVIEWS_HINT)
    .default(0)
    .describe('How many persons other than its author must have approved the pull request at exactly this commit.'),
});
