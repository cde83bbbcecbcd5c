import { type Alert, tidy } from './alert.ts';
import type { Matter, Story } from './story.ts';

export interface AlertSettings {
  readonly service: string;
  readonly environment: string;
  /** Of every alert; none of our own names (config.ts). */
  readonly labels: Readonly<Record<string, string>>;
  readonly links: { readonly run: string | null; readonly runbook: string | null };
  /** How long what is over already stays an alert. */
  readonly eventsMs: number;
  /** Masks what might be secret. */
  mask(text: string): string;
}

/** The alerts of a run, those that are over included, oldest first. Pure. */
export function alertsOf(story: Story, settings: AlertSettings): readonly Alert[] {
  return [...story.matters.values()]
    .toSorted((a, b) => a.from - b.from)
    .map((matter) => alertOf(story, matter, settings));
}

function alertOf(story: Story, matter: Matter, settings: AlertSettings): Alert {
  const { service, environment, links } = settings;
  const say = (text: string): string => tidy(settings.mask(text));
  const put = (link: string): string =>
    Object.entries({ service, environment, run: story.run, alert: matter.alert }).reduce(
      (text, [name, value]) => text.replaceAll(`{${name}}`, encodeURIComponent(value)),
      link,
    );
  return {
    labels: {
      ...settings.labels,
      alertname: matter.alert,
      severity: matter.severity,
      service,
      environment,
      procedure: story.procedure,
      run: story.run,
      ...matter.labels,
    },
    annotations: {
      summary: say(matter.summary),
      description: say(matter.description),
      ...(links.runbook === null ? {} : { runbook_url: put(links.runbook) }),
    },
    startsAt: matter.from,
    endsAt: matter.until === null ? null : matter.until + (matter.event ? settings.eventsMs : 0),
    link: links.run === null ? null : put(links.run),
  };
}
