import { childrenOf, placeNodes } from '../paths.ts';
import { guardText, whoseGate } from '../run/gate.ts';
import { inTurn, waitLines, waitsIn } from '../sides.ts';
import type { EvidenceField, Node, Procedure } from '../tree.ts';
import { planHash } from './hash.ts';

/** The same tree as a document: a standard operating procedure in Markdown, with roles, steps, checklists and a diagram. */
export function documentProcedure(procedure: Procedure): string {
  const lines = [
    `# ${procedure.title}`,
    '',
    procedure.description,
    '',
    `Procedure \`${procedure.id}\`, version ${procedure.version}, for environment \`${procedure.environment}\`; plan \`${planHash(procedure).slice(0, 12)}\`.`,
    '',
    ...procedureSections(procedure),
  ];
  return tidied(lines);
}

/** The parts of that document which follow from the tree alone: roles, flow, steps. For documents with a beginning of their own. */
export function procedureSections(procedure: Procedure): readonly string[] {
  const roles = rolesOf(procedure);
  return [
    ...(roles.length === 0
      ? []
      : ['## Roles', '', ...roles.map(([role, does]) => `- **${role}**: ${does.join('; ')}`), '']),
    '## Flow',
    '',
    '```mermaid',
    ...diagram(procedure),
    '```',
    '',
    '## Steps',
    '',
    ...stepLines(procedure.root, procedure.root.id, '1', 3),
  ];
}

/** Lines of Markdown as a file: at most one empty line between two others. */
export function tidied(lines: readonly string[]): string {
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function rolesOf(procedure: Procedure): readonly (readonly [string, readonly string[]])[] {
  const roles = new Map<string, string[]>();
  for (const { node } of placeNodes(procedure)) {
    if (node.kind !== 'gate' || node.asks === 'window' || node.asks === 'condition') continue;
    roles.set(node.role, [...(roles.get(node.role) ?? []), `fills in “${node.title}”`]);
    if (node.guard.kind === 'unguarded') {
      roles.set(node.guard.role, [
        ...(roles.get(node.guard.role) ?? []),
        `answers for “${node.title}” standing unguarded`,
      ]);
    }
  }
  return [...roles];
}

function stepLines(node: Node, path: string, number: string, level: number): readonly string[] {
  const heading = `${'#'.repeat(Math.min(level, 6))} ${number} ${node.title}`;
  const lines = [
    heading,
    '',
    `\`${path}\`${kindText(node)}`,
    '',
    ...(node.description === undefined ? [] : [node.description, '']),
  ];
  const children = childrenOf(node, path).flatMap(([child, at], index) => {
    const rollback = node.kind === 'sequence' && child === node.rollback;
    const intro = rollback ? ['If anything above fails, this is done instead:', ''] : branchIntro(node, at, path);
    return [...intro, ...stepLines(child, at, `${number}.${rollback ? 'R' : index + 1}`, level + 1)];
  });
  return [...lines, ...details(node), ...children];
}

function branchIntro(node: Node, at: string, path: string): readonly string[] {
  if (node.kind !== 'choice') return [];
  return [`In the case \`${at.slice(path.length + 1)}\`:`, ''];
}

function details(node: Node): readonly string[] {
  if (node.kind === 'step') return ['- [ ] carried out ____________ (when, by whom)', ''];
  if (node.kind === 'watch') return ['- [ ] seen ____________ (when, by whom)', ''];
  if (node.kind === 'opaque')
    return [`It promises: ${node.promise}`, '', '- [ ] carried out ____________ (when, by whom)', ''];
  if (node.kind !== 'gate') return [];
  return [
    `Meanwhile: ${guardText(node.guard)}.`,
    '',
    ...node.evidence.map((field) => `- [ ] ${field.question}${answerText(field)}`),
    '',
  ];
}

function answerText(field: EvidenceField): string {
  switch (field.kind) {
    case 'check':
      return '';
    case 'text':
      return ` ____________ (${field.name}, at least ${Math.max(1, field.minLength ?? 1)} characters)`;
    case 'number':
      return ` ______ (${field.name}${field.min === undefined ? '' : `, from ${field.min}`}${field.max === undefined ? '' : `, to ${field.max}`})`;
    case 'choice':
      return ` (${field.name}: ${field.options.join(' / ')})`;
  }
}

function kindText(node: Node): string {
  switch (node.kind) {
    case 'step':
      return `: a step${node.urgent ? ', carried out even while a stop is asked for' : ''}${node.retry.attempts > 1 ? `, tried ${node.retry.attempts} times` : ''}${node.undo === undefined ? '' : ', can be taken back by itself'}.`;
    case 'opaque':
      return ': a step that cannot be planned in detail.';
    case 'gate':
      return `: a gate for **${whoseGate(node)}**.`;
    case 'watch':
      return `: a watch, one look every ${node.everyMs / 1000} s.`;
    case 'sequence':
      return ': one after another.';
    case 'parallel':
      return `: side by side, ${node.limit} at a time${waitLines(node)
        .map((line) => `; ${line}`)
        .join('')}.`;
    case 'choice':
      return ': one of several.';
    case 'repeatUntil':
      return `: again and again, at most ${node.max} times.`;
    case 'forEach':
      return `: in ${node.batches.length} batches of ${node.batches.map((batch) => batch.length).join(', ')}.`;
  }
}

/** Every node that does something, in order; gates are hexagons, watches rounded, choices rhombs. */
function diagram(procedure: Procedure): readonly string[] {
  const lines = ['flowchart TD', '  begin([start])'];
  let count = 0;
  const name = (): string => `n${++count}`;
  const label = (node: Node): string => `"${node.title.replaceAll('"', '#quot;')}"`;
  const link = (from: readonly Tail[], to: string): void => {
    for (const tail of from) lines.push(`  ${tail.id} ${tail.label === '' ? '-->' : `-- "${tail.label}" -->`} ${to}`);
  };
  interface Tail {
    readonly id: string;
    readonly label: string;
  }
  const walk = (node: Node, from: readonly Tail[]): readonly Tail[] => {
    switch (node.kind) {
      case 'sequence': {
        let tails = from;
        let first = '';
        for (const child of node.steps) {
          const before = count;
          tails = walk(child, tails);
          if (first === '' && count > before) first = `n${before + 1}`;
        }
        if (node.rollback !== undefined) {
          const id = name();
          lines.push(`  ${id}[["Rollback: ${node.rollback.title.replaceAll('"', '#quot;')}"]]`);
          if (first !== '') lines.push(`  ${first} -. "any failure" .-> ${id}`);
        }
        return tails;
      }
      case 'parallel': {
        const ends = new Map<string, readonly Tail[]>();
        const waits = waitsIn(node);
        for (const child of inTurn(node)) {
          const before = waits(child).flatMap((id) => ends.get(id) ?? []);
          ends.set(child.id, walk(child, before.length === 0 ? from : before));
        }
        const waitedFor = new Set(node.steps.flatMap(waits));
        return node.steps.flatMap(({ id }) => (waitedFor.has(id) ? [] : (ends.get(id) ?? [])));
      }
      case 'forEach': {
        let tails = from;
        for (const batch of node.batches) {
          const before = tails;
          tails = batch.flatMap((child) => walk(child, before));
        }
        return tails;
      }
      case 'choice': {
        const id = name();
        lines.push(`  ${id}{${label(node)}}`);
        link(from, id);
        return Object.entries(node.branches).flatMap(([key, child]) => walk(child, [{ id, label: key }]));
      }
      case 'repeatUntil': {
        const id = name();
        lines.push(`  ${id}{{"${node.title.replaceAll('"', '#quot;')} (at most ${node.max} times)"}}`);
        link(from, id);
        return walk(node.body, [{ id, label: 'again' }]);
      }
      case 'step':
      case 'opaque':
      case 'gate':
      case 'watch': {
        const id = name();
        const [open, close] = node.kind === 'gate' ? ['{{', '}}'] : node.kind === 'watch' ? ['(', ')'] : ['[', ']'];
        lines.push(`  ${id}${open}${label(node)}${close}`);
        link(from, id);
        return [{ id, label: '' }];
      }
    }
  };
  const tails = walk(procedure.root, [{ id: 'begin', label: '' }]);
  lines.push('  finish([done])');
  link(tails, 'finish');
  return lines;
}
