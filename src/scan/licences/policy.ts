import parse from 'spdx-expression-parse';

/** Which licences may be in what is released. */

export interface LicencePolicy {
  /** Licences of the SPDX list that may be; empty: all that are not denied. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export type LicenceAnswer = 'allowed' | 'denied' | 'not-allowed' | 'unknown';

type Node = parse.Info;

/**
 * What a policy says of a licence, given as an SPDX expression. Of `A OR B` the better counts, since one may choose; of `A AND B` the
 * worse. An exception (`WITH`) is part of the licence: `GPL-2.0-only WITH Classpath-exception-2.0` is allowed by that name, or by
 * that of the licence alone, and denied only by its whole name. What is no expression of the SPDX list is unknown. Pure.
 */
export function judgeLicence(expression: string | undefined, policy: LicencePolicy): LicenceAnswer {
  const node = parsed(expression);
  return node === undefined ? 'unknown' : answer(node, policy);
}

/** From best to worst. */
const ORDER: readonly LicenceAnswer[] = ['allowed', 'unknown', 'not-allowed', 'denied'];

function answer(node: Node, policy: LicencePolicy): LicenceAnswer {
  if ('conjunction' in node) {
    const both = [answer(node.left, policy), answer(node.right, policy)].map((one) => ORDER.indexOf(one));
    return ORDER[node.conjunction === 'or' ? Math.min(...both) : Math.max(...both)] ?? 'unknown';
  }
  if (!('license' in node)) return 'unknown';
  const { license, plus, exception } = node;
  const name = plus === true ? `${license}+` : license;
  const whole = exception === undefined ? name : `${name} WITH ${exception}`;
  if (policy.deny.includes(whole)) return 'denied';
  if (policy.allow.length === 0) return 'allowed';
  return [whole, name, license].some((one) => policy.allow.includes(one)) ? 'allowed' : 'not-allowed';
}

function parsed(expression: string | undefined): Node | undefined {
  if (expression === undefined) return undefined;
  try {
    return parse(expression);
  } catch {
    return undefined;
  }
}

/** Whether a text names one licence of the SPDX list, with an exception or without. Pure. */
export function isLicenceName(text: string): boolean {
  const node = parsed(text);
  return node !== undefined && 'license' in node;
}
