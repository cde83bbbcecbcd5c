import { readFileSync } from 'node:fs';
import type { KeyKind } from './sign.ts';

/** What the installer of one package knows: everything else it asks the place that it installs from. */
export interface InstallerFacts {
  /** Name of the package; also of its directories. */
  readonly name: string;
  /** Where it is published, `https://certs.example.org/client`; null: whoever installs says it with `--from`. */
  readonly address: string | null;
  /** Command → file of the package. */
  readonly links: Readonly<Record<string, string>>;
  /** Files of the package that are laid into `etc/NAME`, where whoever installs may change them. */
  readonly config: readonly string[];
  /** Null: the package is not signed. */
  readonly key: { readonly kind: KeyKind; readonly pem: string } | null;
}

let read: string | undefined;

/** The text of installer.sh beside this module, before anything is put in. */
export function installerText(): string {
  read ??= readFileSync(new URL('./installer.sh', import.meta.url), 'utf8');
  return read;
}

/**
 * The installer of one package: installer.sh with its facts put into the lines that set them. Every value stands in single quotes and has none.
 * Pure but for the template.
 * @throws RangeError for a value with a single quote, which the configuration does not let pass
 */
export function installerOf({ name, address, links, config, key }: InstallerFacts): string {
  const values: Readonly<Record<string, string>> = {
    name,
    address: address ?? '',
    links: Object.entries(links)
      .map(([command, file]) => `${command}=${file}`)
      .join(' '),
    config: config.join(' '),
    key_kind: key?.kind ?? '',
    key: key?.pem.trim() ?? '',
  };
  return installerText().replace(/^(name|address|links|config|key_kind|key)=''$/gm, (_line, variable: string) => {
    const value = values[variable] ?? '';
    if (value.includes("'")) throw new RangeError(`${variable} of an installer has a quote`);
    return `${variable}='${value}'`;
  });
}
