import './style.css';
import { type Api, ApiError, connect, type Server } from './api.ts';
import { button, h } from './dom.ts';
import { noticeArea } from './notice.ts';
import { forgetKey, savedKey, saveKey } from './session.ts';
import { startTelemetry } from './telemetry.ts';
import { VERSION } from './version.ts';
import { certificatesView } from './views/certificates.ts';
import { failure } from './views/parts.ts';
import { serversView } from './views/servers.ts';
import { signIn } from './views/sign-in.ts';

startTelemetry();

type View = 'certificates' | 'servers';

const content = h('main', { id: 'content' });
const navigation = h('nav', { 'aria-label': 'Main' });
const account = h('div', { class: 'account' });
const brand = h(
  'span',
  { class: 'brand' },
  h('img', { src: './icon.svg', alt: '', width: '28', height: '28' }),
  'certkeeper',
);

document
  .querySelector('#app')
  ?.replaceChildren(
    h('header', {}, h('div', { class: 'header-row' }, brand, navigation, account)),
    content,
    h('footer', {}, h('p', { class: 'muted small' }, `certkeeper ${VERSION}`)),
    noticeArea(),
  );

let current: AbortController | undefined;

/** Shows the page for the key that is kept, or asks for one. */
function start(why: string | null = null): void {
  current?.abort();
  const key = savedKey();
  if (key === null) {
    navigation.replaceChildren();
    account.replaceChildren();
    content.replaceChildren(
      signIn((accepted) => {
        saveKey(accepted);
        start();
      }, why),
    );
    return;
  }
  current = new AbortController();
  account.replaceChildren(button('Sign out', 'quiet', () => signOut(null)));
  void run(connect(key), current.signal);
}

function signOut(why: string | null): void {
  forgetKey();
  start(why);
}

/** A key that was revoked or has expired ends the session; everything else is shown where it happened. */
function failed(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) signOut('The key is not valid any more. Sign in again.');
}

async function run(api: Api, signal: AbortSignal): Promise<void> {
  let servers: readonly Server[] = [];
  const load = async (): Promise<void> => {
    const all: Server[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Api['servers']>> = await api.servers(cursor);
      all.push(...page.items);
      cursor = page.next;
    } while (cursor !== null && !signal.aborted);
    servers = all;
  };
  const reload = async (): Promise<void> => {
    await load();
    show(false);
  };
  const show = (moved: boolean): void => {
    if (signal.aborted) return;
    const view = viewOf(location.hash);
    drawNavigation(view);
    const context = { api, servers, failed, reload, go };
    content.replaceChildren(view === 'servers' ? serversView(context) : certificatesView(context));
    document.title = `${view === 'servers' ? 'Servers' : 'Certificates'} · certkeeper`;
    // After going to another view, a keyboard or screen reader goes on at its title.
    if (moved) content.querySelector<HTMLElement>('#title')?.focus();
  };
  addEventListener('hashchange', () => show(true), { signal });
  const begin = async (): Promise<void> => {
    try {
      await load();
      show(false);
    } catch (error) {
      if (signal.aborted) return;
      content.replaceChildren(
        h(
          'div',
          { class: 'card' },
          failure(error, () => void begin()),
        ),
      );
      failed(error);
    }
  };
  await begin();
}

function viewOf(hash: string): View {
  return hash === '#servers' ? 'servers' : 'certificates';
}

function go(view: View): void {
  location.hash = view;
}

function drawNavigation(view: View): void {
  const link = (to: View, label: string): HTMLElement =>
    h('a', { href: `#${to}`, 'aria-current': to === view ? 'page' : undefined }, label);
  navigation.replaceChildren(link('certificates', 'Certificates'), link('servers', 'Servers'));
}

start();
