import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { type Evidence, type EvidenceField, fillGate, type OpenGate, showGates } from '../../procedure/index.ts';
import { announceRunOf, openService } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, whoAmI, withCommonOptions } from '../session.ts';

export function addGate(registry: Registry): void {
  const gate = registry.program
    .command('gate')
    .summary('see and answer what a run waits for')
    .description('See what runs wait for, and fill it in. A gate cannot be skipped.');
  addShow(gate, registry);
  addFill(gate, registry);
}

function addShow(gate: Command, { io, done }: Registry): void {
  withCommonOptions(gate.command('show'))
    .description('List the open gates with what each asks, who may answer, and what guards the system meanwhile.')
    .argument('[run]', 'only the gates of this run')
    .addHelpText('after', '\nExamples:\n  $ shiplock gate show\n  $ shiplock gate show 20261121-071500-3f2a --json')
    .action(async (run: string | undefined, options: CommonOptions) => {
      const { store } = await openService(await door(io, options, false));
      const gates = (await showGates(store)).filter((one) => run === undefined || one.run === run);
      done({
        exit: EXIT.done,
        text: gates.length === 0 ? 'no open gate' : gates.map(gateText).join('\n\n'),
        json: jsonSchema.parse(gates),
      });
    });
}

function gateText(gate: OpenGate): string {
  const fields = gate.evidence.map((field) => `  --evidence ${field.name}=${wanted(field)}   ${field.question}`);
  return [
    `${gate.title}`,
    ...(gate.description === undefined ? [] : [`  ${gate.description}`]),
    `  run ${gate.run}, gate ${gate.path}, open since ${gate.openedAt}, role ${gate.role}`,
    `  meanwhile: ${gate.guard}`,
    ...fields,
    `  $ shiplock gate fill ${gate.run} ${gate.path} ${gate.evidence.map((field) => `--evidence ${field.name}=…`).join(' ')}`,
  ].join('\n');
}

function wanted(field: EvidenceField): string {
  switch (field.kind) {
    case 'text':
      return `<text${field.minLength === undefined ? '' : `, at least ${field.minLength} characters`}>`;
    case 'number':
      return `<number${field.min === undefined ? '' : ` from ${field.min}`}${field.max === undefined ? '' : ` to ${field.max}`}>`;
    case 'check':
      return '<yes|no>';
    case 'choice':
      return `<${field.options.join('|')}>`;
  }
}

function addFill(gate: Command, { io, done }: Registry): void {
  withCommonOptions(gate.command('fill'))
    .description('Fill in a gate. The run goes on with `shiplock resume`.')
    .argument('<run>', 'the run')
    .argument('<gate>', 'path of the gate, as `shiplock gate show` prints it')
    .requiredOption('--evidence <name=value...>', 'one per field', collect, [])
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock gate fill 20261121-071500-3f2a release/canary/judged/judge-10-percent/no-verdict \\\n      --evidence decision=look-on --evidence "reason=traffic comes back at nine"',
    )
    .action(async (run: string, path: string, options: CommonOptions & { readonly evidence: readonly string[] }) => {
      const entry = await door(io, options, false);
      const { store } = await openService(entry);
      const open = (await showGates(store)).find((one) => one.run === run && one.path === path);
      const evidence = parseEvidence(options.evidence, open?.evidence ?? []);
      unwrap(await fillGate(store, run, path, evidence, whoAmI(io.env)));
      const { problems } = await announceRunOf(entry, run);
      for (const problem of problems) io.err(`not announced that the gate is closed: ${problem}\n`);
      done({
        exit: EXIT.done,
        text: `filled in; go on with: shiplock resume ${run}`,
        json: { run, gate: path, evidence, next: `shiplock resume ${run}` },
      });
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** `name=value` pairs as the fields want them; what does not fit stays text, and the gate itself refuses it by name. */
export function parseEvidence(pairs: readonly string[], fields: readonly EvidenceField[]): Evidence {
  const evidence: Record<string, string | number | boolean> = {};
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    if (cut <= 0) {
      throw new ProblemError({
        code: 'cli.usage',
        where: '--evidence',
        found: pair,
        expected: 'name=value',
        remedy: 'write for instance --evidence decision=look-on',
      });
    }
    const name = pair.slice(0, cut);
    evidence[name] = parseValue(
      pair.slice(cut + 1),
      fields.find((field) => field.name === name),
    );
  }
  return evidence;
}

function parseValue(text: string, field: EvidenceField | undefined): string | number | boolean {
  if (field?.kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (field?.kind === 'check' && /^(yes|true)$/i.test(text)) return true;
  if (field?.kind === 'check' && /^(no|false)$/i.test(text)) return false;
  return text;
}
