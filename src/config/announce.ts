import type { AnnounceConfig } from '../announce/config.ts';
import type { ResolvedAnnounce } from './types.ts';

/** Who is told of what. @param fill puts `{environment}` and `{service}` in */
export function resolveAnnounce(announce: AnnounceConfig, fill: (text: string) => string): ResolvedAnnounce {
  const { alertmanager, webhook, labels, links } = announce;
  const link = (text: string | undefined): string | null => (text === undefined ? null : fill(text));
  return {
    alertmanager:
      alertmanager === undefined
        ? null
        : { urls: alertmanager.urls.map(fill), authorization: alertmanager.authorization ?? null },
    webhook:
      webhook === undefined
        ? null
        : {
            url: typeof webhook.url === 'string' ? fill(webhook.url) : webhook.url,
            authorization: webhook.authorization ?? null,
          },
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, fill(value)])),
    links: { run: link(links.run), runbook: link(links.runbook) },
    timeoutMs: announce.timeout,
    lastsMs: announce.lasts,
    eventsMs: announce.events,
  };
}
