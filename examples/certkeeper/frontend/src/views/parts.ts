import { ApiError } from '../api.ts';
import { button, h } from '../dom.ts';
import { sentence } from '../form.ts';

/** Small parts that several views share. */

export function tableHead(titles: readonly string[]): HTMLElement {
  return h(
    'thead',
    {},
    h('tr', {}, ...titles.map((title) => (title === '' ? h('td') : h('th', { scope: 'col' }, title)))),
  );
}

export function emptyState(title: string, advice: string, label?: string, act?: () => void): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    h('p', { class: 'strong' }, title),
    h('p', { class: 'muted' }, advice),
    label === undefined || act === undefined ? null : button(label, 'plain', act),
  );
}

export function failure(error: unknown, again: () => void): HTMLElement {
  const message = error instanceof ApiError ? error.message : String(error);
  return h(
    'div',
    { class: 'empty', role: 'alert' },
    h('p', { class: 'strong' }, 'This could not be loaded.'),
    h('p', { class: 'muted' }, sentence(message)),
    button('Try again', 'plain', again),
  );
}
