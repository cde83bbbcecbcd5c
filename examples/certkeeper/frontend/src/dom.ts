/** Makes elements. Text is always set as text, so nothing that a server says becomes markup. */

export type Child = Node | string | null;

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `true` sets an attribute without a value; `false` and `undefined` leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Adds a listener and gives the element back. */
export function on<E extends HTMLElement, K extends keyof HTMLElementEventMap>(
  element: E,
  type: K,
  listener: (event: HTMLElementEventMap[K]) => void,
): E {
  element.addEventListener(type, listener);
  return element;
}

export function button(
  label: string,
  kind: 'primary' | 'plain' | 'quiet',
  act: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  return on(h('button', { type: 'button', class: `button ${kind}`, ...attributes }, label), 'click', act);
}
