import { z } from 'zod';

/** SARIF 2.1.0 (OASIS), as far as findings are concerned. What is not named here is not looked at. */

const text = z.looseObject({ text: z.string().optional(), id: z.string().optional(), markdown: z.string().optional() });
const properties = z
  .looseObject({
    tags: z.array(z.string()).optional(),
    // GitHub's property: a CVSS score as a text, some write it as a number.
    'security-severity': z.union([z.string(), z.number()]).optional(),
  })
  .optional();
const LEVELS = z.enum(['none', 'note', 'warning', 'error']);

const componentRef = z.looseObject({ index: z.number().int().optional(), name: z.string().optional() });
const ruleRef = z.looseObject({
  id: z.string().optional(),
  index: z.number().int().optional(),
  toolComponent: componentRef.optional(),
});

const rule = z.looseObject({
  id: z.string(),
  shortDescription: text.optional(),
  help: text.optional(),
  helpUri: z.string().optional(),
  messageStrings: z.record(z.string(), text).optional(),
  defaultConfiguration: z.looseObject({ level: LEVELS.optional() }).optional(),
  relationships: z.array(z.looseObject({ target: ruleRef })).optional(),
  properties,
});
const component = z.looseObject({
  name: z.string().min(1),
  version: z.string().optional(),
  semanticVersion: z.string().optional(),
  rules: z.array(rule).optional(),
});

const artifactLocation = z.looseObject({
  uri: z.string().optional(),
  uriBaseId: z.string().optional(),
  index: z.number().int().optional(),
});
const location = z.looseObject({
  physicalLocation: z
    .looseObject({
      artifactLocation: artifactLocation.optional(),
      region: z
        .looseObject({
          startLine: z.number().int().positive().optional(),
          startColumn: z.number().int().positive().optional(),
        })
        .optional(),
    })
    .optional(),
});

const result = z.looseObject({
  ruleId: z.string().optional(),
  ruleIndex: z.number().int().optional(),
  rule: ruleRef.optional(),
  kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']).optional(),
  level: LEVELS.optional(),
  message: text,
  locations: z.array(location).optional(),
  fingerprints: z.record(z.string(), z.string()).optional(),
  partialFingerprints: z.record(z.string(), z.string()).optional(),
  baselineState: z.enum(['new', 'unchanged', 'updated', 'absent']).optional(),
  suppressions: z
    .array(
      z.looseObject({
        kind: z.enum(['inSource', 'external']),
        status: z.enum(['accepted', 'underReview', 'rejected']).optional(),
        justification: z.string().optional(),
      }),
    )
    .optional(),
  taxa: z.array(ruleRef).optional(),
  properties,
});

const run = z.looseObject({
  tool: z.looseObject({ driver: component, extensions: z.array(component).optional() }),
  invocations: z
    .array(
      z.looseObject({
        executionSuccessful: z.boolean(),
        toolExecutionNotifications: z.array(z.looseObject({ level: LEVELS.optional(), message: text })).optional(),
      }),
    )
    .optional(),
  results: z.array(result).nullish(),
  artifacts: z.array(z.looseObject({ location: artifactLocation.optional() })).optional(),
  originalUriBaseIds: z.record(z.string(), artifactLocation).optional(),
  versionControlProvenance: z.array(z.looseObject({ revisionId: z.string().optional() })).optional(),
  externalPropertyFileReferences: z.looseObject({ results: z.array(z.unknown()).optional() }).optional(),
});

export const sarifSchema = z.looseObject({ version: z.literal('2.1.0'), runs: z.array(run).min(1) });

export type SarifRun = z.infer<typeof run>;
export type SarifResult = z.infer<typeof result>;
export type SarifRule = z.infer<typeof rule>;
export type SarifComponent = z.infer<typeof component>;
export type SarifArtifactLocation = z.infer<typeof artifactLocation>;
