import { distance } from 'fastest-levenshtein';
import { nearest } from '../../model/json.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { Evidence, EvidenceField } from '../tree.ts';

/** Answers at a gate against its questions. */

/** Pure: the evidence with numbers and ticks as such, or what is wrong with it. */
export function checkEvidence(
  gate: { readonly opened: { readonly evidence: readonly EvidenceField[]; readonly judged: boolean } },
  evidence: Evidence,
  where: string,
): Result<Evidence> {
  const fields = gate.opened.evidence;
  const names = fields.map((field) => field.name);
  const problems: Problem[] = [];
  for (const name of Object.keys(evidence)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names, distance);
    problems.push({
      code: 'gate.unknown-field',
      where,
      found: name,
      expected: `one of ${names.join(', ')}`,
      remedy: near === undefined ? 'leave it out' : `did you mean ${near}?`,
    });
  }
  const accepted: Record<string, string | number | boolean> = {};
  for (const field of fields) {
    const answer = evidence[field.name];
    const value = answer === undefined ? undefined : accept(field, answer, gate.opened.judged);
    if (value === undefined) {
      problems.push({
        code: answer === undefined ? 'gate.missing-field' : 'gate.wrong-answer',
        where: `${where}: ${field.name}`,
        found: answer === undefined ? 'no answer' : JSON.stringify(answer),
        expected: `${wanted(field, gate.opened.judged)} (${field.question})`,
        remedy: `answer it: --item ${field.name}=…`,
      });
    } else accepted[field.name] = value;
  }
  return problems.length > 0 ? bad(...problems) : ok(accepted);
}

function accept(
  field: EvidenceField,
  answer: string | number | boolean,
  judged: boolean,
): string | number | boolean | undefined {
  const text = String(answer).trim();
  switch (field.kind) {
    case 'text':
      if (text.length < Math.max(1, field.minLength ?? 1)) return undefined;
      return field.pattern === undefined || new RegExp(`^(?:${field.pattern})$`, 'u').test(text) ? text : undefined;
    case 'number': {
      const value = text === '' || typeof answer === 'boolean' ? Number.NaN : Number(text);
      if (!Number.isFinite(value)) return undefined;
      return value >= (field.min ?? -Infinity) && value <= (field.max ?? Infinity) ? value : undefined;
    }
    case 'check': {
      if (/^(true|yes)$/i.test(text)) return true;
      // An item that is not so lets nothing pass, unless the procedure has a judgement of its own for it.
      return judged && /^(false|no)$/i.test(text) ? false : undefined;
    }
    case 'choice':
      return field.options.includes(text) ? text : undefined;
  }
}

function wanted(field: EvidenceField, judged: boolean): string {
  switch (field.kind) {
    case 'text':
      return field.pattern === undefined
        ? `a text of at least ${Math.max(1, field.minLength ?? 1)} characters`
        : `a text that matches ${field.pattern}`;
    case 'number': {
      const bounds = [
        field.min === undefined ? '' : ` from ${field.min}`,
        field.max === undefined ? '' : ` to ${field.max}`,
      ];
      return `a number${bounds.join('')}`;
    }
    case 'check':
      return judged ? 'yes or no' : 'yes: the item has been checked and is so';
    case 'choice':
      return `one of ${field.options.join(', ')}`;
  }
}
