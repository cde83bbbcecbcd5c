import { z } from 'zod';
import {
  argvSchema,
  complain,
  filePathSchema,
  httpUrlSchema,
  secretSchema,
  variableNameSchema,
} from '../../model/scalars.ts';
import { SEVERITIES, SHELLS } from './check.ts';
import { OWN_NAMES } from './pack.ts';

/** Component of kind `script`: a command for people's own machines, packed, signed and installed from here. */

const FILE =
  'a file below the source, such as lib/common.sh: letters, digits, dots, _ and -, no part beginning with a dot';
const packedFile = z
  .string({ error: FILE })
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/, FILE)
  .refine(
    (path) => !OWN_NAMES.some((name) => name === path),
    `another name than ${OWN_NAMES.join(', ')}, which a package has of its own`,
  )
  .meta({ title: 'file of a package' });

const COMMAND = 'a name of lower-case letters, digits, dots, _ and - that begins with a letter, at most 40 characters';
const commandName = z
  .string({ error: COMMAND })
  .regex(/^[a-z][a-z0-9._-]{0,39}$/, COMMAND)
  .meta({ title: 'command' });

const ADDRESS = 'an address without quotes and blanks, such as https://certs.example.org/client';

export const scriptComponentConfig = z
  .strictObject({
    kind: z
      .literal('script')
      .describe("A script for people's own machines: packed with an installer, checksums and a signature."),
    source: filePathSchema.describe('Directory of the sources.'),
    name: commandName.describe(
      'Name of the package; the command is called so too, where `install.links` says nothing else.',
    ),
    main: packedFile.describe('The main script, relative to the source.'),
    files: z
      .array(packedFile)
      .default([])
      .describe('Further files of the package, each by its name: libraries, texts. Relative to the source.'),
    shell: z
      .enum(SHELLS, { error: `one of ${SHELLS.join(', ')}` })
      .default('sh')
      .describe('Shell that the scripts are written for; shellcheck goes by it.'),
    stamp: variableNameSchema
      .exactOptional()
      .describe(
        'Variable that one line of the main script sets, such as `version=0.0.0`: it gets the version of the release. Left out: nothing is changed.',
      ),
    check: z
      .enum([...SEVERITIES, 'off'], { error: `one of ${SEVERITIES.join(', ')}, off` })
      .default('style')
      .describe('Findings of shellcheck from this severity on stop the build; `off`: it is not asked.'),
    test: argvSchema
      .exactOptional()
      .describe('Command that tests it, run in the source. Left out: there are no tests.'),
    install: z
      .strictObject({
        links: z
          .record(commandName, packedFile)
          .exactOptional()
          .describe(
            'Commands and the files that they run. Left out: one with the name of the package, which runs the main script.',
          ),
        config: z
          .array(packedFile)
          .default([])
          .describe(
            'Files that are laid into etc/NAME, where whoever installs may change them; an update leaves them alone.',
          ),
      })
      .prefault({})
      .describe('What the installer lays down.'),
    address: httpUrlSchema
      .refine((text) => !/['"\s\\$`]/.test(text), ADDRESS)
      .exactOptional()
      .describe('Where it is published; the installer asks there. Left out: whoever installs says it with --from.'),
    sign: z
      .strictObject({
        publicKey: filePathSchema.describe(
          'File with the public key, PEM: Ed25519, or RSA of 3072 bits or more. It is put into the installer.',
        ),
        key: secretSchema.describe('The private key, PEM, by secret reference.'),
      })
      .exactOptional()
      .describe('How the package is signed. Left out: it is not, and installers warn of that.'),
  })
  .check((ctx) => {
    const { main, files, install } = ctx.value;
    const packed = [main, ...files, ...install.config];
    for (const [command, file] of Object.entries(install.links ?? {})) {
      if (packed.includes(file)) continue;
      complain(ctx, {
        path: ['install', 'links', command],
        code: 'config.script-link',
        found: `\`${file}\`, which is not packed`,
        expected: `one of ${packed.join(', ')}`,
        remedy: `add \`${file}\` to \`files\``,
      });
    }
  });
