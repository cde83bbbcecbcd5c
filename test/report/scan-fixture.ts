import type { ScanPage, ScanPageFinding } from '../../src/report/index.ts';

/** A scan for its page, with the same text in every place that takes one. */

const finding = (text: string): ScanPageFinding => ({
  title: text,
  place: text,
  tone: 'bad',
  facts: [{ name: text, value: text }],
});
export function scanView(text: string, count = 1): ScanPage {
  const problem = { code: 'scan.failed', where: text, found: text, expected: text, remedy: text };
  return {
    ...{ service: text, status: text, tone: 'bad', sentence: text, at: 0 },
    ...{ facts: [{ name: text, value: text }], notScanned: [problem], warnings: [problem] },
    sections: [
      { title: 'Fails', findings: Array.from({ length: count }, () => finding(text)) },
      { title: 'Notes', findings: [] },
    ],
    scanners: [{ name: text, value: text }],
    trend: [{ day: text, open: [1, 2, 3, 4], change: { appeared: 1, gone: 0 } }],
  };
}
