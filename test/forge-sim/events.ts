import { createHmac } from 'node:crypto';
import { checkEvent } from './published/check.ts';
import { accountShown } from './render/account.ts';
import { repositoryShown } from './render/repository.ts';
import { type Account, nodeId, type Repository, type World } from './world.ts';

/** Webhooks: what happened, in GitHub's words, signed. */

/** As GitHub's description names them. */
export const EVENTS: readonly string[] = [
  'check-run-completed',
  'check-run-created',
  'issue-comment-created',
  'issue-comment-deleted',
  'issue-comment-edited',
  'pull-request-opened',
  'pull-request-review-submitted',
  'pull-request-synchronize',
  'push',
  'repository-dispatch-sample.collected',
  'workflow-dispatch',
];

export interface Told {
  readonly event: string;
  readonly action: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Delivered {
  readonly url: string;
  readonly event: string;
  /** 0: nobody answered. */
  readonly status: number;
}

export interface Events {
  tell(
    repository: Repository,
    event: string,
    action: string | null,
    payload: Readonly<Record<string, unknown>>,
    by: Account,
  ): void;
  /** Called with everything that happens, before hooks are. */
  on(listener: (told: Told) => void): void;
  /** Ways in which payloads were not as GitHub describes them. */
  readonly wrong: string[];
  readonly told: Told[];
  readonly delivered: Delivered[];
  /** Resolves when every hook has answered. */
  settled(): Promise<void>;
}

export function openEvents(world: World): Events {
  const listeners: ((told: Told) => void)[] = [];
  const under = new Set<Promise<void>>();
  const wrong: string[] = [];
  const all: Told[] = [];
  const delivered: Delivered[] = [];
  let count = 0;

  const deliver = async (url: string, secret: string, { event, payload }: Told): Promise<void> => {
    const body = JSON.stringify(payload);
    const id = createHmac('sha256', 'delivery').update(String(count++)).digest('hex');
    const guid = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`;
    let status = 0;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/forge-sim',
          'x-github-event': event,
          'x-github-delivery': guid,
          'x-hub-signature-256': signatureOf(body, secret),
        },
        body,
        signal: AbortSignal.timeout(10_000),
      });
      status = response.status;
      await response.arrayBuffer();
    } catch {
      // A hook that does not answer is not asked again: it shows in the list of deliveries.
    }
    delivered.push({ url, event, status });
  };

  return {
    wrong,
    told: all,
    delivered,
    tell(repository, event, action, payload, by) {
      const installation = world.installations.find(({ account }) => account === repository.owner);
      const told: Told = {
        event,
        action,
        payload: {
          ...(action === null ? {} : { action }),
          repository: repositoryShown(world, repository),
          sender: accountShown(world, by),
          ...(installation === undefined
            ? {}
            : { installation: { id: installation.id, node_id: nodeId('IN', installation.id) } }),
          ...payload,
        },
      };
      all.push(told);
      wrong.push(...checkEvent(describedAs(event, action), told.payload));
      for (const listener of listeners) listener(told);
      for (const { url, secret, events } of world.hooks) {
        if (!events.includes(event) && !events.includes('*')) continue;
        const one = deliver(url, secret, told).finally(() => under.delete(one));
        under.add(one);
      }
    },
    on: (listener) => listeners.push(listener),
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
  };
}

/** `X-Hub-Signature-256` of a body. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function describedAs(event: string, action: string | null): string {
  // The action of this event is chosen by who sends it; the description has one example.
  if (event === 'repository_dispatch') return 'repository-dispatch-sample.collected';
  return [event.replaceAll('_', '-'), ...(action === null ? [] : [action.replaceAll('_', '-')])].join('-');
}
