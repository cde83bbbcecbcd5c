import { type Api, type Certificate, type CertificateFilter, type Server, STATUSES, type Status } from '../api.ts';
import { addDays, dayFrom, dayValue, formatDay, fromNow } from '../dates.ts';
import { button, h, on } from '../dom.ts';
import { openForm } from '../form.ts';
import { notice } from '../notice.ts';
import { emptyState, failure, tableHead } from './parts.ts';

/** Which certificate is on which server and until when; new ones, and renewals. */

const RENEWAL_DAYS = 90;
const WORDS: Readonly<Record<Status, string>> = {
  valid: 'Valid',
  expiring: 'Expires soon',
  expired: 'Expired',
  pending: 'Not yet valid',
};

export interface ViewContext {
  readonly api: Api;
  readonly servers: readonly Server[];
  /** Goes to another view. */
  go(view: 'certificates' | 'servers'): void;
  /** Called with every error that a view cannot mend, such as a key that was revoked. */
  failed(error: unknown): void;
}

export function certificatesView(context: ViewContext): HTMLElement {
  const { api, servers } = context;
  const names = new Map(servers.map((server) => [server.id, server.name]));
  const list = h('div', { 'aria-live': 'polite', 'aria-busy': 'true' });
  let filter: CertificateFilter = { domain: '', status: '', serverId: null };
  let asked = 0;

  const load = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    list.setAttribute('aria-busy', 'true');
    try {
      const page = await api.certificates(filter);
      if (mine === asked) show(page.items, page.next);
    } catch (error) {
      if (mine === asked) list.replaceChildren(failure(error, () => void load()));
      context.failed(error);
    }
    list.setAttribute('aria-busy', 'false');
  };

  const show = (items: readonly Certificate[], next: string | null): void => {
    if (items.length === 0) {
      list.replaceChildren(nothing());
      return;
    }
    const rows = h('tbody', {}, ...items.map(row));
    const table = h('table', {}, tableHead(['Domain', 'Server', 'Status', 'Valid until', '']), rows);
    list.replaceChildren(table);
    if (next !== null) list.append(moreButton(rows, next));
  };

  const moreButton = (rows: HTMLElement, cursor: string): HTMLElement => {
    const more = button('Show more', 'plain', () => {
      more.disabled = true;
      api.certificates(filter, cursor).then(
        (page) => {
          rows.append(...page.items.map(row));
          if (page.next === null) more.remove();
          else more.replaceWith(moreButton(rows, page.next));
        },
        (error: unknown) => {
          more.disabled = false;
          context.failed(error);
        },
      );
    });
    return more;
  };

  const nothing = (): HTMLElement => {
    const narrowed = filter.domain !== '' || filter.status !== '' || filter.serverId !== null;
    if (narrowed) return emptyState('No certificate matches.', 'Take something out of the search.');
    return servers.length === 0
      ? emptyState('No certificates yet.', 'Begin with the server that one is on.', 'Go to servers', () =>
          context.go('servers'),
        )
      : emptyState('No certificates yet.', 'Add the first one.', 'New certificate', create);
  };

  const row = (certificate: Certificate): HTMLElement => {
    const { domain, issuer, status, notAfter, serverId } = certificate;
    const server = names.get(serverId) ?? `no. ${serverId}`;
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h('span', { class: 'strong' }, domain),
        h('span', { class: 'muted small block' }, issuer),
      ),
      h('td', { 'data-label': 'Server' }, server),
      h('td', { 'data-label': 'Status' }, h('span', { class: `badge ${status}` }, WORDS[status])),
      h(
        'td',
        { 'data-label': 'Valid until' },
        h('time', { datetime: notAfter.toISOString() }, formatDay(notAfter)),
        h('span', { class: 'muted small block' }, fromNow(notAfter, new Date())),
      ),
      h(
        'td',
        { class: 'actions' },
        button('Renew', 'plain', () => renew(certificate), { 'aria-label': `Renew ${domain} on ${server}` }),
      ),
    );
  };

  const create = (): void => {
    const today = new Date();
    openForm({
      title: 'New certificate',
      action: 'create',
      submit: 'Add certificate',
      fields: [
        {
          name: 'domain',
          label: 'Domain',
          type: 'text',
          hint: 'In lower case, such as www.example.org or *.example.org',
        },
        {
          name: 'server_id',
          label: 'Server',
          type: 'select',
          options: servers.map((server) => ({ value: String(server.id), label: server.name })),
        },
        { name: 'issuer', label: 'Issuer', type: 'text' },
        { name: 'not_before', label: 'Valid from', type: 'date', value: dayValue(today) },
        { name: 'not_after', label: 'Valid until', type: 'date', value: dayValue(addDays(today, RENEWAL_DAYS)) },
      ],
      save: async (values) => {
        const made = await api.createCertificate({
          serverId: Number(values.get('server_id')),
          domain: values.get('domain') ?? '',
          issuer: values.get('issuer') ?? '',
          notBefore: dayFrom(values.get('not_before') ?? '', 'begin'),
          notAfter: dayFrom(values.get('not_after') ?? '', 'end'),
        });
        notice(`${made.domain} is added.`);
        await load();
      },
    });
  };

  const renew = (certificate: Certificate): void => {
    const now = new Date();
    openForm({
      title: `Renew ${certificate.domain}`,
      intro: `It is valid until ${formatDay(certificate.notAfter)}. The new one must end later.`,
      action: 'renew',
      submit: 'Renew',
      fields: [{ name: 'not_after', label: 'Valid until', type: 'date', value: dayValue(addDays(now, RENEWAL_DAYS)) }],
      save: async (values) => {
        const notAfter = dayFrom(values.get('not_after') ?? '', 'end');
        const renewed = await api.renew(certificate.id, { notBefore: now, notAfter });
        notice(`${renewed.domain} is valid until ${formatDay(renewed.notAfter)}.`);
        await load();
      },
    });
  };

  void load();
  return h(
    'section',
    { 'aria-labelledby': 'title' },
    h(
      'div',
      { class: 'title-row' },
      h('h1', { id: 'title', tabindex: '-1' }, 'Certificates'),
      button('New certificate', 'primary', create, { disabled: servers.length === 0 }),
    ),
    filterBar(servers, (changed) => {
      filter = changed;
      void load();
    }),
    h('div', { class: 'card list' }, list),
  );
}

const TYPING_MS = 250;

function filterBar(servers: readonly Server[], changed: (filter: CertificateFilter) => void): HTMLElement {
  const domain = h('input', {
    id: 'filter-domain',
    type: 'search',
    placeholder: 'www.',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const status = h(
    'select',
    { id: 'filter-status' },
    h('option', { value: '' }, 'Any'),
    ...STATUSES.map((value) => h('option', { value }, WORDS[value])),
  );
  const server = h(
    'select',
    { id: 'filter-server' },
    h('option', { value: '' }, 'Any'),
    ...servers.map(({ id, name }) => h('option', { value: id }, name)),
  );
  const tell = (): void =>
    changed({
      domain: domain.value.trim().toLowerCase(),
      status: STATUSES.find((one) => one === status.value) ?? '',
      serverId: server.value === '' ? null : Number(server.value),
    });
  let timer: ReturnType<typeof setTimeout> | undefined;
  on(domain, 'input', () => {
    clearTimeout(timer);
    timer = setTimeout(tell, TYPING_MS);
  });
  on(status, 'change', tell);
  on(server, 'change', tell);
  const labelled = (label: string, input: HTMLElement): HTMLElement =>
    h('div', { class: 'field' }, h('label', { for: input.id }, label), input);
  return h(
    'search',
    { class: 'filters' },
    labelled('Domain begins with', domain),
    labelled('Status', status),
    labelled('Server', server),
  );
}
