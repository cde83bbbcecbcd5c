import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { toolPath } from '../../../scripts/tool.ts';
import { manifestSchemas, SCHEMA_PATH } from './schemas.ts';

/** Rendering and checking of what lies in gitops/, with small tools and without a cluster. */

export const GITOPS = join(import.meta.dirname, '..', '..', '..', 'gitops');

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
/** One rendered object; what is below `metadata` is looked at by who needs it. */
export type Manifest = z.infer<typeof objectSchema>;

interface Said {
  readonly code: number;
  readonly output: string;
}

function say(program: string, args: readonly string[], input = ''): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** What `kustomize build` makes of a directory. @throws Error with its message */
export async function render(directory: string): Promise<string> {
  const { code, output } = await say(await toolPath('kustomize'), ['build', directory]);
  if (code !== 0) throw new Error(`${directory}: ${output}`);
  return output;
}

/** The objects of a rendered text. */
export function objects(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => objectSchema.parse(document.toJS()));
}

/** Objects as one text for kubectl. */
export function joined(all: readonly object[]): string {
  return all.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n');
}

/** What kubeconform says about a text; nothing when every object is right, no field unknown and no kind without a schema. */
export async function conforms(text: string): Promise<string> {
  const location = join(await manifestSchemas(), SCHEMA_PATH);
  const { code, output } = await say(
    await toolPath('kubeconform'),
    ['-strict', '-schema-location', location, '-'],
    text,
  );
  return code === 0 ? '' : output;
}

/** What kube-score finds, from a warning on. It does not know Rollouts: it is shown the Deployments that they would be. */
export async function scored(text: string): Promise<readonly string[]> {
  const shown = text.replaceAll('argoproj.io/v1alpha1', 'apps/v1').replaceAll(/kind: Rollout$/gm, 'kind: Deployment');
  const { output } = await say(await toolPath('kube-score'), ['score', '--output-format', 'ci', '-'], shown);
  const lines = output.split('\n').filter((line) => line !== '');
  if (!lines.some((line) => line.startsWith('[OK]'))) throw new Error(`kube-score scored nothing: ${output}`);
  return lines.filter((line) => !/^\[(OK|SKIPPED)\]/.test(line));
}
