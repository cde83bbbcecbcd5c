import { type Alert, alertId, isOver } from './alert.ts';
import { toldEnd } from './due.ts';
import type { Place, Post } from './post.ts';

/** Where alerts go. Every member of an Alertmanager cluster is told: they agree among themselves who tells people. */

export interface Outlet {
  readonly alertmanagers: readonly Place[];
  readonly webhook: Place | null;
  /** How long an alert without an end lasts when nobody says it again. */
  readonly lastsMs: number;
}

export interface Told {
  /** At least one has it. */
  readonly taken: boolean;
  /** Why somebody did not take it, one line each. */
  readonly problems: readonly string[];
  /** Trying again may help. */
  readonly again: boolean;
}

export async function tellAlertmanagers(
  outlet: Outlet,
  post: Post,
  alerts: readonly Alert[],
  now: number,
): Promise<Told> {
  const body = JSON.stringify(alerts.map((alert) => postable(alert, now, outlet.lastsMs)));
  const answers = await Promise.all(outlet.alertmanagers.map((place) => post(place, body)));
  return {
    taken: answers.some((answer) => answer.kind === 'taken'),
    problems: answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.why] : [])),
    again: answers.some((answer) => answer.kind === 'refused' && answer.again),
  };
}

export async function tellWebhook(
  place: Place,
  outlet: Outlet,
  post: Post,
  alerts: readonly Alert[],
  now: number,
): Promise<Told> {
  const answer = await post(place, hookBody(alerts, now, outlet.lastsMs));
  return answer.kind === 'taken'
    ? { taken: true, problems: [], again: false }
    : { taken: false, problems: [answer.why], again: answer.again };
}

/** `postableAlert` of Alertmanager's API v2. */
function postable(alert: Alert, now: number, lastsMs: number): object {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: iso(alert.startsAt),
    endsAt: iso(toldEnd(alert, now, lastsMs)),
    ...(alert.link === null ? {} : { generatorURL: alert.link }),
  };
}

/** The form of Alertmanager's own webhook (version 4), so that a receiver needs to know only one. */
function hookBody(alerts: readonly Alert[], now: number, lastsMs: number): string {
  return JSON.stringify({
    version: '4',
    groupKey: alerts.map((alert) => alertId(alert.labels)).join(' '),
    truncatedAlerts: 0,
    status: alerts.every((alert) => isOver(alert, now)) ? 'resolved' : 'firing',
    receiver: 'shiplock',
    groupLabels: {},
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map((alert) => alert.annotations)),
    externalURL: '',
    alerts: alerts.map((alert) => ({
      status: isOver(alert, now) ? 'resolved' : 'firing',
      ...postable(alert, now, lastsMs),
      generatorURL: alert.link ?? '',
      fingerprint: alertId(alert.labels),
    })),
  });
}

function common(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
