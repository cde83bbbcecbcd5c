import { ApiError, connect } from '../api.ts';
import { h, on } from '../dom.ts';
import { sentence } from '../form.ts';

/** Asks for an API key and tries it before it is kept. */
export function signIn(accepted: (key: string) => void, why: string | null): HTMLElement {
  const input = h('input', {
    id: 'key',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    'aria-describedby': 'key-hint key-error',
  });
  const wrong = h('p', { class: 'field-error', id: 'key-error', role: 'alert' }, why ?? '');
  const submit = h('button', { type: 'submit', class: 'button primary wide' }, 'Sign in');
  const form = h(
    'form',
    { class: 'card narrow', novalidate: true },
    h('h1', {}, 'Sign in'),
    h('div', { class: 'field' }, h('label', { for: 'key' }, 'API key'), input),
    h('p', { class: 'muted small', id: 'key-hint' }, 'It stays in this tab and is forgotten when you close it.'),
    wrong,
    submit,
  );
  on(form, 'submit', (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (key === '') {
      wrong.textContent = 'Enter an API key.';
      input.focus();
      return;
    }
    submit.disabled = true;
    void connect(key)
      .servers()
      .then(
        () => accepted(key),
        (error: unknown) => {
          submit.disabled = false;
          wrong.textContent = messageOf(error);
          input.focus();
        },
      );
  });
  queueMicrotask(() => input.focus());
  return form;
}

function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return sentence(String(error));
  return error.status === 401 ? 'The server does not know this key.' : sentence(error.message);
}
