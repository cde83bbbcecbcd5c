import type { Check } from '../model/check.ts';
import type { HttpClient } from '../model/ports.ts';

export interface AnnounceChecks {
  readonly urls: readonly string[];
  /** Value of the header, resolved when it is asked for. */
  readonly authorization: () => string | null;
  readonly http: HttpClient;
  readonly timeoutMs: number;
}

/** Does each Alertmanager answer? A webhook is not asked: a request to it would be an announcement. */
export function alertmanagerChecks({ urls, authorization, http, timeoutMs }: AnnounceChecks): readonly Check[] {
  return urls.map((url) => ({
    id: 'announce.alertmanager',
    title: `Alertmanager at ${url}`,
    look: async (signal) => {
      const header = authorization();
      const answer = await http.get(`${url.replace(/\/$/, '')}/api/v2/status`, {
        timeoutMs,
        signal,
        ...(header === null ? {} : { headers: { authorization: header } }),
      });
      if (answer.kind === 'answer' && answer.status === 200) return { state: 'ok', found: 'answers' };
      return {
        state: 'failed',
        found: answer.kind === 'answer' ? `status ${answer.status}` : answer.reason,
        expected: 'status 200: else nobody hears of an open gate or a rollback',
        mend: `curl -sS ${url.replace(/\/$/, '')}/-/ready; then announce.alertmanager.urls in shiplock.yaml`,
      };
    },
  }));
}
