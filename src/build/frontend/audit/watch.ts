import { z } from 'zod';
import type { BrowserEvent } from './connection.ts';

/** What the browser says while a page loads, collected. */

export type TroubleKind =
  | 'console-error'
  | 'script-error'
  | 'failed-request'
  | 'mixed-content'
  | 'policy-violation'
  | 'security';

export interface Trouble {
  readonly kind: TroubleKind;
  readonly what: string;
}

export interface Watched {
  readonly troubles: readonly Trouble[];
  /** Bytes that came over the network, with headers, as sent. */
  readonly transferred: number;
  readonly requests: number;
}

const request = z.looseObject({ requestId: z.string(), request: z.looseObject({ url: z.string() }) });
const response = z.looseObject({
  requestId: z.string(),
  response: z.looseObject({ url: z.string(), status: z.number() }),
});
const finished = z.looseObject({ requestId: z.string(), encodedDataLength: z.number() });
const failed = z.looseObject({
  requestId: z.string(),
  errorText: z.string(),
  canceled: z.boolean().optional(),
  blockedReason: z.string().optional(),
});
const called = z.looseObject({
  type: z.string(),
  args: z.array(z.looseObject({ value: z.unknown().optional(), description: z.string().optional() })),
});
const thrown = z.looseObject({
  exceptionDetails: z.looseObject({
    text: z.string(),
    exception: z.looseObject({ description: z.string().optional() }).optional(),
  }),
});
const logged = z.looseObject({
  entry: z.looseObject({ source: z.string(), level: z.string(), text: z.string() }),
});
const issued = z.looseObject({
  issue: z.looseObject({
    code: z.string(),
    details: z.looseObject({
      contentSecurityPolicyIssueDetails: z
        .looseObject({ violatedDirective: z.string(), blockedURL: z.string().optional(), isReportOnly: z.boolean() })
        .optional(),
      mixedContentIssueDetails: z.looseObject({ insecureURL: z.string() }).optional(),
    }),
  }),
});

export class PageWatch {
  private readonly troubles = new Map<string, Trouble>();
  private readonly open = new Map<string, string>();
  private bytes = 0;
  private count = 0;
  private quietSince: number;
  private readonly now: () => number;
  loaded = false;

  constructor(now: () => number) {
    this.now = now;
    this.quietSince = now();
  }

  /** How long (ms) nothing has been under way; 0 while something is. */
  quietFor(): number {
    return this.open.size > 0 ? 0 : this.now() - this.quietSince;
  }

  result(): Watched {
    return { troubles: [...this.troubles.values()], transferred: this.bytes, requests: this.count };
  }

  see({ method, params }: BrowserEvent): void {
    switch (method) {
      case 'Page.loadEventFired':
        this.loaded = true;
        return;
      case 'Network.requestWillBeSent':
        this.begun(request.safeParse(params).data);
        return;
      case 'Network.responseReceived':
        this.answered(response.safeParse(params).data);
        return;
      case 'Network.loadingFinished': {
        const end = finished.safeParse(params).data;
        this.bytes += end?.encodedDataLength ?? 0;
        this.over(end?.requestId);
        return;
      }
      case 'Network.loadingFailed':
        this.broken(failed.safeParse(params).data);
        return;
      case 'Runtime.consoleAPICalled':
        this.called(called.safeParse(params).data);
        return;
      case 'Runtime.exceptionThrown': {
        const details = thrown.safeParse(params).data?.exceptionDetails;
        this.note('script-error', details?.exception?.description?.split('\n')[0] ?? details?.text);
        return;
      }
      case 'Log.entryAdded': {
        const entry = logged.safeParse(params).data?.entry;
        // Failed requests and violations of the policy come by events of their own, which say more.
        const known =
          entry?.source === 'network' || /Content Security Policy|Content-Security-Policy/.test(entry?.text ?? '');
        if (entry?.level === 'error' && !known)
          this.note(entry.source === 'security' ? 'security' : 'console-error', entry.text);
        return;
      }
      case 'Audits.issueAdded':
        this.issued(issued.safeParse(params).data);
        return;
    }
  }

  private begun(one: z.infer<typeof request> | undefined): void {
    if (one === undefined || one.request.url.startsWith('data:')) return;
    this.count += this.open.has(one.requestId) ? 0 : 1;
    this.open.set(one.requestId, one.request.url);
  }

  private answered(one: z.infer<typeof response> | undefined): void {
    // Browsers ask for this by themselves where a page names no icon: nothing is broken without it.
    if (one === undefined || URL.parse(one.response.url)?.pathname === '/favicon.ico') return;
    if (one.response.status >= 400) this.note('failed-request', `${one.response.url}: status ${one.response.status}`);
  }

  private broken(one: z.infer<typeof failed> | undefined): void {
    if (one === undefined) return;
    const url = this.open.get(one.requestId) ?? 'a request';
    // What a policy has blocked is told by the issue about it.
    const told = one.canceled === true || one.blockedReason === 'csp';
    if (!told) this.note('failed-request', `${url}: ${one.blockedReason ?? one.errorText}`);
    this.over(one.requestId);
  }

  private over(id: string | undefined): void {
    if (id !== undefined) this.open.delete(id);
    this.quietSince = this.now();
  }

  private called(one: z.infer<typeof called> | undefined): void {
    if (one === undefined || (one.type !== 'error' && one.type !== 'assert')) return;
    this.note('console-error', one.args.map((arg) => arg.description ?? String(arg.value)).join(' '));
  }

  private issued(one: z.infer<typeof issued> | undefined): void {
    const policy = one?.issue.details.contentSecurityPolicyIssueDetails;
    if (policy !== undefined) {
      const what = policy.blockedURL === undefined || policy.blockedURL === '' ? 'inline code' : policy.blockedURL;
      const only = policy.isReportOnly ? ' (only reported)' : '';
      this.note('policy-violation', `${policy.violatedDirective} does not allow ${what}${only}`);
    }
    const mixed = one?.issue.details.mixedContentIssueDetails;
    if (mixed !== undefined) this.note('mixed-content', mixed.insecureURL);
  }

  private note(kind: TroubleKind, what: string | undefined): void {
    const text = (what ?? 'unknown').slice(0, 500);
    this.troubles.set(`${kind} ${text}`, { kind, what: text });
  }
}
