import { ApiError } from './api.ts';
import { button, h, on } from './dom.ts';
import { type ActionName, report } from './telemetry.ts';

/** A dialog with a form: labels, errors beside the fields that are to blame, and a word on what became of it. */

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type: 'text' | 'date' | 'select';
  readonly value?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly autocomplete?: string;
}

export interface FormDialog {
  readonly title: string;
  readonly intro?: string;
  readonly action: ActionName;
  readonly submit: string;
  readonly fields: readonly Field[];
  /** Throws ApiError; its fields are shown beside the inputs of the same name. */
  save(values: ReadonlyMap<string, string>): Promise<void>;
}

export function openForm(form: FormDialog): void {
  report(form.action, 'started');
  let saved = false;
  const rows = form.fields.map((field) => inputRow(field));
  const alert = h('p', { class: 'alert', role: 'alert', hidden: true });
  const submit = h('button', { type: 'submit', class: 'button primary' }, form.submit);
  const close = (): void => dialog.close();
  const body = h(
    'form',
    { method: 'dialog', novalidate: true },
    h('h2', { id: 'dialog-title' }, form.title),
    form.intro === undefined ? null : h('p', { class: 'muted' }, form.intro),
    alert,
    ...rows.map((row) => row.element),
    h('div', { class: 'dialog-actions' }, button('Cancel', 'plain', close), submit),
  );
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, body);
  on(body, 'submit', (event) => {
    event.preventDefault();
    for (const row of rows) row.blame(null);
    alert.hidden = true;
    const empty = rows.find((row) => row.input.value.trim() === '');
    if (empty !== undefined) {
      empty.blame('is needed');
      return;
    }
    submit.disabled = true;
    const values = new Map(rows.map((row) => [row.name, row.input.value.trim()]));
    void form.save(values).then(
      () => {
        saved = true;
        report(form.action, 'completed');
        close();
      },
      (error: unknown) => {
        submit.disabled = false;
        report(form.action, 'failed');
        const refused = error instanceof ApiError ? error : new ApiError(0, 'unexpected', String(error));
        const blamed = rows.filter((row) => refused.fields.has(row.name));
        for (const row of blamed.toReversed()) row.blame(refused.fields.get(row.name) ?? null);
        alert.hidden = blamed.length > 0;
        alert.textContent = sentence(refused.message);
      },
    );
  });
  on(dialog, 'close', () => {
    if (!saved) report(form.action, 'abandoned');
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  rows[0]?.input.focus();
}

interface Row {
  readonly name: string;
  readonly element: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement;
  /** Shows what is wrong with the field and goes there; null takes it away. */
  blame(message: string | null): void;
}

function inputRow(field: Field): Row {
  const id = `field-${field.name}`;
  const input = field.type === 'select' ? selectOf(field, id) : textOf(field, id);
  const wrong = h('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const hint = field.hint === undefined ? null : h('p', { class: 'muted small', id: `${id}-hint` }, field.hint);
  const described = `${hint === null ? '' : `${id}-hint `}${id}-error`;
  input.setAttribute('aria-describedby', described);
  const element = h('div', { class: 'field' }, h('label', { for: id }, field.label), input, hint, wrong);
  return {
    name: field.name,
    element,
    input,
    blame(message) {
      wrong.hidden = message === null;
      wrong.textContent = message === null ? '' : sentence(`${field.label} ${message}`);
      input.removeAttribute('aria-invalid');
      if (message === null) return;
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    },
  };
}

function textOf(field: Field, id: string): HTMLInputElement {
  const { type, name, value = '', autocomplete = 'off' } = field;
  return h('input', {
    id,
    name,
    type,
    value,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
  });
}

function selectOf(field: Field, id: string): HTMLSelectElement {
  const options = (field.options ?? []).map(({ value, label }) =>
    h('option', { value, selected: value === field.value }, label),
  );
  return h('select', { id, name: field.name, required: true }, ...options);
}

/** With a capital letter and a full stop. */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
