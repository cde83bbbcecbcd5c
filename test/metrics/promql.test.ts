import { describe, expect, it } from 'vitest';
import { freshOnly } from '../../src/metrics/promql.ts';

const fresh = (text: string): string => `last_over_time(${text}[30000ms])`;

describe('PromQL in which only fresh samples count', () => {
  it.each([
    ['views_total', fresh('views_total')],
    ['views_total{path="/a{b}"}', fresh('views_total{path="/a{b}"}')],
    ['{__name__="views_total"}', fresh('{__name__="views_total"}')],
    ['sum by (version, instance) (views_total)', `sum by (version, instance) (${fresh('views_total')})`],
    ['sum(views_total) without (pod)', `sum(${fresh('views_total')}) without (pod)`],
    ['a - b{x=~"y|z"}', `${fresh('a')} - ${fresh('b{x=~"y|z"}')}`],
    ['a and on (version) b', `${fresh('a')} and on (version) ${fresh('b')}`],
    [
      'a * on(instance) group_left(version) build_info',
      `${fresh('a')} * on(instance) group_left(version) ${fresh('build_info')}`,
    ],
    ['1e3 * a + 0x1f', `1e3 * ${fresh('a')} + 0x1f`],
    ['increase(a[5m])', 'increase(a[5m])'],
    ['max_over_time(a{b="c"}[5m])', 'max_over_time(a{b="c"}[5m])'],
    ['label_replace(a, "b", "$1", "c", "(.*)")', `label_replace(${fresh('a')}, "b", "$1", "c", "(.*)")`],
    ['job:a:sum # a note', `${fresh('job:a:sum')} # a note`],
    [
      'sum by (version) (a) or 0 * sum by (version) (b)',
      `sum by (version) (${fresh('a')}) or 0 * sum by (version) (${fresh('b')})`,
    ],
    ['topk(3, a)', `topk(3, ${fresh('a')})`],
    ['a > bool 0', `${fresh('a')} > bool 0`],
    ['a{', `${fresh('a')}{`],
    ['', ''],
  ])('%s', (promql, expected) => {
    expect(freshOnly(promql, 30_000)).toBe(expected);
  });
});
