import type { AlertsConfig } from '../alerts/config.ts';

/** Which alert may start which runbook, ready to be used. */

export interface ResolvedAlertRule {
  readonly name: string;
  readonly match: Readonly<Record<string, string>>;
  readonly runbook: string;
  /** A text, or the label whose value it is. */
  readonly inputs: Readonly<Record<string, string | { readonly label: string }>>;
  readonly cooldownMs: number;
  readonly maxPerHour: number;
}

/** @param text puts `{environment}` and `{service}` in */
export function resolveAlerts(alerts: AlertsConfig, text: (text: string) => string): readonly ResolvedAlertRule[] {
  return Object.entries(alerts).map(([name, { match, runbook, inputs, cooldown, maxPerHour }]) => ({
    name,
    match: Object.fromEntries(Object.entries(match).map(([label, value]) => [label, text(value)])),
    runbook,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([input, from]) => [input, typeof from === 'string' ? text(from) : from]),
    ),
    cooldownMs: cooldown,
    maxPerHour,
  }));
}
