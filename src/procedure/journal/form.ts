import type { RecordType } from '../../model/journal.ts';
import { type Form, formOf, lateForm, listOf, OPEN, overlay, wordsForm } from '../masking/form.ts';
import type { Registry } from '../paths.ts';
import { outlineOf, planHash } from '../plan/hash.ts';
import type { Node, Procedure } from '../tree.ts';
import { payloadSchema } from './records.ts';

/** What the payload of a record is made of whatever happens in the run: the mask leaves these words, so that the journal can be read again. */
export function payloadForm(type: RecordType): Form {
  const schema = payloadSchema.options.find((option) => option.shape.type.value === type)?.shape.data;
  return schema === undefined ? OPEN : formOf(schema);
}

/** The same where the procedure is known: its environment, its nodes, and what they record. All of it was known before any secret was read. */
export function payloadFormOf(
  { procedure, registry }: { readonly procedure: Procedure; readonly registry: Registry },
  type: RecordType,
  path: string,
): Form {
  return lateForm(() => known({ procedure, registry }, type, path));
}

function known(
  { procedure, registry }: { readonly procedure: Procedure; readonly registry: Registry },
  type: RecordType,
  path: string,
): Form {
  const form = payloadForm(type);
  const node = registry.nodeAt(path);
  const environment = wordsForm([procedure.environment]);
  const plan = wordsForm([planHash(procedure)]);
  const paths = (): Form => wordsForm(registry.placed.map(({ path: at }) => at));
  const outline = (): Form => ({ ...paths(), member: () => wordsForm(Object.values(outlineOf(procedure))) });
  switch (type) {
    case 'run.started':
      return overlay(form, {
        environment,
        planHash: plan,
        outline: outline(),
        titles: paths(),
        procedure: overlay(form.member('procedure'), {
          id: wordsForm([procedure.id]),
          inputs: wordsForm(Object.keys(procedure.inputs)),
        }),
      });
    case 'run.resumed': {
      const changed = form.member('changed');
      return overlay(form, {
        planHash: plan,
        outcome: overlay(form.member('outcome'), { step: paths() }),
        changed: overlay(changed, {
          outline: outline(),
          titles: paths(),
          reopened: paths(),
          differences: listOf(overlay(changed.member('differences').item(0), { path: paths() })),
        }),
      });
    }
    case 'lease.taken':
    case 'lease.renewed':
      return overlay(form, { environment });
    case 'step.done':
      return overlay(form, { outputs: node === undefined ? OPEN : outputsForm(node) });
    case 'analysis.sample':
      return node?.kind === 'watch' ? overlay(form, { sample: formOf(node.samples) }) : form;
    case 'gate.opened':
    case 'gate.evidence':
    case 'gate.override': {
      if (node?.kind !== 'gate') return form;
      const names = wordsForm(node.evidence.map(({ name }) => name));
      const fields = listOf(overlay(form.member('evidence').item(0), { name: names }));
      return overlay(form, { planHash: plan, evidence: type === 'gate.opened' ? fields : names });
    }
    default:
      return form;
  }
}

function outputsForm(node: Node): Form {
  if ('outputs' in node) return formOf(node.outputs);
  if (node.kind === 'choice') return wordsForm(Object.keys(node.branches));
  return wordsForm(['round', 'enough']);
}
