import { z } from 'zod';
import { duration, httpUrlSchema, nameSchema, requestSchema, share, wordsSchema } from '../model/scalars.ts';

export { type PromotionConfig, promotionConfig } from './promotion/config.ts';

/** Fragments of shiplock.yaml that belong to the release as a whole: people, objectives, what happens after the rollout. */

export const ownerConfig = z.strictObject({
  team: wordsSchema.describe('Who owns the service.'),
  contact: wordsSchema.describe('How to reach them: mail address, chat channel, URL.'),
});

export const onCallConfig = z.strictObject({
  name: wordsSchema.describe('Name of the rota or person.'),
  contact: wordsSchema.describe('How to reach whoever is on call.'),
});

export const objectivesConfig = z.strictObject({
  availability: share({ above: 0, below: 1 }).exactOptional().describe('Share of good answers that is promised.'),
  rto: duration().exactOptional().describe('Recovery time objective: how long the service may be down.'),
  rpo: duration({ min: 0 }).exactOptional().describe('Recovery point objective: how much data, in time, may be lost.'),
});

export const rolesConfig = z.record(nameSchema, z.array(wordsSchema).min(1, 'at least one person'));

export const purgeConfig = z
  .array(
    z.strictObject({
      url: httpUrlSchema.describe('What is purged.'),
      method: z.enum(['PURGE', 'BAN', 'DELETE', 'POST']).default('PURGE').describe('HTTP method of the request.'),
    }),
  )
  .describe('Caches that are told to forget the old version, after a release and after a rollback.');

export const verifyConfig = z
  .array(requestSchema)
  .describe('Requests through the proxy after the release; a wrong answer rolls back.');

export type OwnerConfig = z.infer<typeof ownerConfig>;
export type OnCallConfig = z.infer<typeof onCallConfig>;
export type ObjectivesConfig = z.infer<typeof objectivesConfig>;
export type RolesConfig = z.infer<typeof rolesConfig>;
export type PurgeConfig = z.infer<typeof purgeConfig>;
export type VerifyConfig = z.infer<typeof verifyConfig>;

export {
  type GateRulesConfig,
  gateRulesConfig,
  type PeopleConfig,
  type PolicyConfig,
  peopleConfig,
  policyConfig,
} from './policy/config.ts';
