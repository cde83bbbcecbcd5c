import type { ScriptComponentConfig } from '../build/config.ts';
import type { Text } from '../model/effect.ts';

/** A component of kind `script`, ready to be built. */
export interface ResolvedScript {
  readonly kind: 'script';
  readonly source: string;
  /** Name of the package. */
  readonly name: string;
  /** Files relative to the source: the main script first, then all others, each once. */
  readonly files: readonly string[];
  /** Those of them that whoever installs may change. */
  readonly config: readonly string[];
  /** Command → file. */
  readonly links: Readonly<Record<string, string>>;
  readonly shell: 'sh' | 'bash' | 'dash';
  /** Variable that gets the version; null: none. */
  readonly stamp: string | null;
  /** Least severity of shellcheck that stops the build; null: it is not asked. */
  readonly check: 'error' | 'warning' | 'info' | 'style' | null;
  readonly test: readonly string[] | null;
  /** Where it is published; null: whoever installs says it. */
  readonly address: string | null;
  readonly sign: {
    /** File, absolute. */
    readonly publicKey: string;
    readonly key: Text;
  } | null;
  /** It is only files here; it runs at whoever installs it. */
  readonly process: null;
}

/** What is done to texts and paths on the way. */
interface Fit {
  readonly text: (text: string) => string;
  readonly path: (path: string) => string;
}

/** @param source directory of the sources, absolute */
export function resolveScript(one: ScriptComponentConfig, source: string, fit: Fit): ResolvedScript {
  const { name, main, shell, stamp = null, check, test = null, address, install, sign } = one;
  return {
    kind: 'script',
    source,
    name,
    files: [...new Set([main, ...one.files, ...install.config])],
    config: install.config,
    links: install.links ?? { [name]: main },
    shell,
    stamp,
    check: check === 'off' ? null : check,
    test,
    address: address === undefined ? null : fit.text(address).replace(/\/+$/, ''),
    sign: sign === undefined ? null : { publicKey: fit.path(sign.publicKey), key: sign.key },
    process: null,
  };
}
