/** The figures of the door of alerts in Prometheus's text format. As many series as there are rules, reasons and codes. */
export interface AlertFigures {
  answered(status: number): void;
  started(rule: string): void;
  left(reason: string): void;
  /** What the log says of a run. */
  noted(what: string): void;
  text(): string;
}

export function createAlertFigures(): AlertFigures {
  const counters = new Map<string, Map<string, number>>();
  const add = (name: string, labels: string): void => {
    const of = counters.get(name) ?? new Map<string, number>();
    counters.set(name, of.set(labels, (of.get(labels) ?? 0) + 1));
  };
  return {
    answered: (status) => add('requests', `code="${status}"`),
    started: (rule) => add('starts', `rule="${rule}"`),
    left: (reason) => add('left', `reason="${reason}"`),
    noted: (what) => {
      if (what !== 'starts') add('runs', `outcome="${what}"`);
    },
    text: () =>
      Object.entries(HELP)
        .flatMap(([name, help]) => [
          `# HELP shiplock_alerts_${name}_total ${help}`,
          `# TYPE shiplock_alerts_${name}_total counter`,
          ...[...(counters.get(name) ?? [])].map(
            ([labels, count]) => `shiplock_alerts_${name}_total{${labels}} ${count}`,
          ),
        ])
        .join('\n'),
  };
}

const HELP = {
  requests: 'Requests by HTTP status.',
  starts: 'Starts that were decided, by rule.',
  left: 'Alerts that started nothing, by reason.',
  runs: 'Runs that ended, by outcome.',
} as const;
