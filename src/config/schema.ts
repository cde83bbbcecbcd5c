import { z } from 'zod';
import { alertsConfig } from '../alerts/config.ts';
import { announceConfig } from '../announce/config.ts';
import { backupConfig } from '../backup/config.ts';
import { buildConfig, buildRunConfig, signingConfig } from '../build/config.ts';
import { certificatesConfig } from '../certificate/config.ts';
import { accountsConfig, databaseTlsConfig } from '../database/config.ts';
import { diagnoseConfig } from '../diagnose/config.ts';
import { gitopsConfig } from '../gitops/config.ts';
import { logsConfig } from '../logs/config.ts';
import { metricsConfig } from '../metrics/config.ts';
import { migrateConfig } from '../migrate/config.ts';
import { nameSchema } from '../model/scalars.ts';
import { bucketsConfig, platformConfig, sshHosts } from '../platform/config.ts';
import { storeConfig } from '../procedure/config.ts';
import {
  objectivesConfig,
  onCallConfig,
  ownerConfig,
  peopleConfig,
  policyConfig,
  promotionConfig,
  purgeConfig,
  rolesConfig,
  verifyConfig,
} from '../release/config.ts';
import { rolloutConfig } from '../rollout/config.ts';
import { scanConfig } from '../scan/config.ts';
import { systemConfig } from '../system/config.ts';
import { trafficConfig } from '../traffic/config.ts';

export const API_VERSION = 'shiplock/v1';

/** Keys of the file that are the same in every environment. */
const serviceShape = {
  apiVersion: z.literal(API_VERSION).describe('Version of this format.'),
  service: nameSchema.describe('Name of the service.'),
  owners: z.array(ownerConfig).default([]).describe('Who owns the service.'),
  onCall: z.array(onCallConfig).default([]).describe('Who is called when it breaks.'),
  objectives: objectivesConfig.prefault({}).describe('What is promised to users.'),
  roles: rolesConfig
    .default({})
    .describe(
      'Which people have which role in every environment. With `people:` these are persons of it; without it nobody is checked.',
    ),
  people: peopleConfig
    .exactOptional()
    .describe(
      'Persons: their accounts, keys and roles. With it gates check who fills them in; counts only on the protected branch.',
    ),
  policy: policyConfig
    .exactOptional()
    .describe(
      'Where the policy is read, and what each environment demands at its gates; counts only on the protected branch.',
    ),
  signing: signingConfig
    .exactOptional()
    .describe('Who signs what is built here, so that others can verify it. Left out: nothing is signed here.'),
  build: buildRunConfig.prefault({}).describe('How builds run.'),
  scan: scanConfig.prefault({}).describe('What security scans look for, and what of it may pass.'),
  diagnose: diagnoseConfig.prefault({}).describe('What `shiplock diagnose` collects beside what it finds by itself.'),
  store: storeConfig.prefault({}).describe('Where leases and journals are kept, beside the state directory.'),
};

const componentsKey = buildConfig;
const databaseKey = migrateConfig
  .extend({ accounts: accountsConfig.exactOptional(), tls: databaseTlsConfig.exactOptional() })
  .exactOptional()
  .describe('Database with migrations. Left out: the service has none.');

/** One environment after inheritance, with the components and the database of the service put in. */
export const environmentSchema = z.strictObject({
  components: componentsKey,
  database: databaseKey,
  platform: platformConfig,
  traffic: trafficConfig,
  metrics: metricsConfig.prefault({}).describe('Where counts come from. The proxy itself always counts.'),
  rollout: rolloutConfig.describe('How a new version earns its traffic.'),
  gitops: gitopsConfig.exactOptional().describe('Where the desired version is written down. Left out: nowhere.'),
  purge: purgeConfig.prefault([]),
  verify: verifyConfig.prefault([]),
  promotion: promotionConfig
    .exactOptional()
    .describe('Where a release must have proven itself before it comes here. Left out: it may come from anywhere.'),
  system: systemConfig
    .extend({
      hosts: sshHosts
        .exactOptional()
        .describe('Hosts beside those of the platform, such as that of the database. Reached as those are.'),
    })
    .exactOptional()
    .describe(
      'Everything that must run for the service to be up, for runbooks that start and stop it. Left out: nothing is known.',
    ),
  buckets: bucketsConfig
    .exactOptional()
    .describe('By component: files that are served from a bucket of an S3 server. Left out: none are.'),
  certificates: certificatesConfig
    .exactOptional()
    .describe('By name: certificates of TLS that runbooks look at and renew. Left out: none.'),
  logs: logsConfig.exactOptional().describe('By name: logs that the runbook log-rotate puts aside. Left out: none.'),
  alerts: alertsConfig
    .exactOptional()
    .describe(
      'Which alert starts which runbook, by name: the first that fits. For `shiplock runbook serve`. Left out: none does.',
    ),
  backup: backupConfig
    .exactOptional()
    .describe(
      'What is backed up, where it is stored, and how old it may be. Left out: nothing is backed up from here.',
    ),
  announce: announceConfig
    .exactOptional()
    .describe('Who is told of an open gate, a rollback, a held run, a lost lease, an override. Left out: nobody.'),
});

/** Keys that only say how an environment inherits. */
const inheritanceShape = {
  extends: nameSchema
    .exactOptional()
    .describe('Environment whose settings this one inherits: maps are merged, lists and values replaced.'),
  abstract: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('Only there to be inherited from; cannot be released to.'),
};

/** The whole file as it is read first: environments are only opened here, their content is checked after inheritance. */
export const fileSchema = z.strictObject({
  ...serviceShape,
  components: componentsKey,
  database: databaseKey,
  environments: z
    .record(nameSchema, z.looseObject(inheritanceShape))
    .refine((environments) => Object.keys(environments).length > 0, 'at least one environment')
    .describe('Where the service runs.'),
});

/** The whole file with all keys: for editors and documentation. Environments may be partial, since they inherit. */
export const documentSchema = z.strictObject({
  ...serviceShape,
  components: componentsKey,
  database: databaseKey,
  environments: z
    .record(nameSchema, z.strictObject({ ...inheritanceShape, ...environmentSchema.shape }))
    .meta({ description: 'Where the service runs. At least one.', minProperties: 1 }),
});

export type ServiceSettings = Omit<
  z.infer<typeof fileSchema>,
  'environments' | 'components' | 'database' | 'apiVersion'
>;
export type EnvironmentSettings = z.infer<typeof environmentSchema>;
