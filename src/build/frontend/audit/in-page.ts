/** What runs inside the page, as text: the browser reads it, not Node. */

/** Before anything of the page: remembers what the browser says about paints, shifts and long tasks. */
export const OBSERVE = `(() => {
  const seen = { lcp: 0, shifts: [], tasks: [] };
  Object.defineProperty(window, '__shiplockAudit', { value: seen });
  const watch = (type, take) => {
    try {
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    } catch {}
  };
  watch('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime; });
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shifts.push([entry.startTime, entry.value]); });
  watch('longtask', (entry) => { seen.tasks.push([entry.startTime, entry.duration]); });
})()`;

/** After the page has come to rest. */
export const COLLECT = `(() => {
  const seen = window.__shiplockAudit;
  const first = performance.getEntriesByName('first-contentful-paint')[0];
  return JSON.stringify({ fcp: first ? first.startTime : null, lcp: seen.lcp, shifts: seen.shifts, tasks: seen.tasks });
})()`;

/** After the source of axe-core: the rules of WCAG 2.2 A and AA, and good practice. */
export const AXE = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(
  violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, places: nodes.map((node) => node.target.join(' ')) })),
))`;
