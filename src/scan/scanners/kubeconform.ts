import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Tree } from '../types.ts';

/** Kubernetes objects that the cluster would refuse. https://github.com/yannh/kubeconform */

const report = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        filename: z.string(),
        kind: z.string(),
        name: z.string(),
        status: z.enum(['statusValid', 'statusInvalid', 'statusError', 'statusSkipped', 'statusEmpty']),
        msg: z.string(),
        validationErrors: z.array(z.looseObject({ path: z.string(), msg: z.string() })).nullish(),
      }),
    )
    .nullable(),
});

/** Objects as they are applied: no templates, and nothing that only tools read. Pure but for the heads. */
export function objectFiles(tree: Tree): readonly string[] {
  return tree.files.filter((file) => {
    if (!/\.ya?ml$/.test(file) || /(?:^|\/)kustomization\.ya?ml$/.test(file)) return false;
    const head = tree.head(file) ?? '';
    return (
      /^apiVersion: *[\w./-]+ *$/m.test(head) &&
      /^kind: *\w+ *$/m.test(head) &&
      /^metadata:/m.test(head) &&
      !head.includes('{{')
    );
  });
}

export const kubeconform: Scanner = {
  id: 'kubeconform',
  subject: 'manifests',
  program: 'kubeconform',
  version: ['kubeconform', '-v'],
  install: 'install kubeconform, for instance by `go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0`',
  network: ({ kubernetesSchemas }) => kubernetesSchemas === null,
  variables: ['SSL_CERT_FILE'],
  calls: (tree, { kubernetesSchemas }): readonly Call[] => {
    const files = objectFiles(tree);
    // Kinds that others have defined have no schema there: nobody can say anything about them.
    const flags = ['-strict', '-ignore-missing-schemas', '-output', 'json'];
    const schemas = kubernetesSchemas === null ? [] : ['-schema-location', kubernetesSchemas];
    return files.length === 0
      ? []
      : [{ argv: ['kubeconform', ...flags, ...schemas, ...files.map((file) => `./${file}`)] }];
  },
  read: (result, _call, tree) => {
    // 1: an object is not as it should be.
    endedWith(result, [0, 1]);
    const { resources } = inForm(report, asJson(result.stdout));
    const broken = (resources ?? []).filter(({ status }) => status === 'statusInvalid' || status === 'statusError');
    if (result.exitCode === 1 && broken.length === 0) throw new GarbledOutput('exit 1 without a finding');
    return broken.flatMap(({ filename, kind, name, status, msg, validationErrors }) => {
      if (status === 'statusError' && /schema|download|http/i.test(msg)) throw new GarbledOutput(msg.slice(0, 300));
      const object = `${kind} ${name}`.trim();
      const file = below(filename, tree);
      const said = detailsOf(msg, validationErrors ?? []);
      return said.map(
        (text): RawFinding => ({
          scanner: 'kubeconform',
          subject: 'manifests',
          rule: status === 'statusInvalid' ? 'invalid-object' : 'unreadable-object',
          // Not more: what is meant as a patch of another object lacks parts on purpose.
          severity: 'medium',
          message: `${object === '' ? filename : object}: ${text}`,
          file,
          identity: `${object} ${text}`,
          remedy: 'the API server refuses an object with fields that it does not know or values of another type',
        }),
      );
    });
  },
  support: {},
  witness: {
    'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers: none\n',
  },
};

/** Its message names each place as `- at '/spec/x': …`, after the address of the schema on this machine; the list beside it names only some. */
function detailsOf(
  message: string,
  errors: readonly { readonly path: string; readonly msg: string }[],
): readonly string[] {
  const places = message.split(/\s+- at /).slice(1);
  const exact = places.map((text) => text.trim()).filter((text) => !text.endsWith(': validation failed'));
  if (exact.length > 0) return exact;
  return errors.length === 0 ? [message] : errors.map(({ path, msg }) => `'${path}': ${msg}`);
}
