import { h } from './dom.ts';

/** One line at the bottom that says what happened; screen readers hear it too. */

const line = h('div', { class: 'notice', role: 'status', 'aria-live': 'polite' });
let timer: ReturnType<typeof setTimeout> | undefined;

export function noticeArea(): HTMLElement {
  return line;
}

export function notice(text: string): void {
  line.textContent = text;
  line.classList.add('shown');
  clearTimeout(timer);
  timer = setTimeout(() => line.classList.remove('shown'), 6000);
}
