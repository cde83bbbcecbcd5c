import type { Server } from '../api.ts';
import { button, h } from '../dom.ts';
import { openForm } from '../form.ts';
import { notice } from '../notice.ts';
import type { ViewContext } from './certificates.ts';
import { emptyState, tableHead } from './parts.ts';

/** The machines that certificates are installed on. */
export function serversView(context: ViewContext & { readonly reload: () => Promise<void> }): HTMLElement {
  const { api, servers } = context;
  const create = (): void =>
    openForm({
      title: 'New server',
      action: 'create',
      submit: 'Add server',
      fields: [
        { name: 'name', label: 'Name', type: 'text', hint: 'a-z, 0-9, dot, dash and underscore, such as edge-1' },
        { name: 'address', label: 'Address', type: 'text', hint: 'An IP address or a host name' },
      ],
      save: async (values) => {
        const made = await api.createServer({ name: values.get('name') ?? '', address: values.get('address') ?? '' });
        notice(`${made.name} is added.`);
        await context.reload();
      },
    });
  const row = ({ name, address }: Server): HTMLElement =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('span', { class: 'strong' }, name)),
      h('td', { 'data-label': 'Address' }, h('code', {}, address)),
    );
  const list =
    servers.length === 0
      ? emptyState('No servers yet.', 'Add the first one; certificates come next.', 'New server', create)
      : h('table', {}, tableHead(['Name', 'Address']), h('tbody', {}, ...servers.map(row)));
  return h(
    'section',
    { 'aria-labelledby': 'title' },
    h(
      'div',
      { class: 'title-row' },
      h('h1', { id: 'title', tabindex: '-1' }, 'Servers'),
      button('New server', 'primary', create),
    ),
    h('div', { class: 'card list' }, list),
  );
}
