import { z } from 'zod';
import { argvSchema, complain, filePathSchema, nameSchema } from '../model/scalars.ts';

/** Fragment `certificates` of an environment: which files hold certificates of TLS, who serves them, and where new ones come from. */

const HOST_NAME = 'a DNS name such as shop.example.com, or an address';
const hostNameSchema = z
  .string({ error: HOST_NAME })
  .regex(/^(?=.{1,253}$)(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|[0-9a-fA-F:.]+)$/, HOST_NAME)
  .meta({ title: 'name of a host' });

const PLACE = 'an absolute path of letters, digits and . _ / - that ends with .pem, .crt, .cer or .key';
/** On a host: the path is part of a command there, and root writes nothing else for us. */
const placeSchema = z
  .string({ error: PLACE })
  .regex(/^\/[A-Za-z0-9._/-]{1,190}\.(?:pem|crt|cer|key)$/, PLACE)
  .refine((path) => !/(?:^|\/)\.\.?(?:\/|$)|\/\/|\/$/.test(path), PLACE)
  .meta({ title: 'file on a host' });

const CONNECT = 'host:port; {host} is the address of the host';
const DAYS = 'a whole number from 1 to 825';

const certificateConfig = z
  .strictObject({
    names: z
      .array(hostNameSchema)
      .min(1, 'at least one name')
      .describe('Names that it must be valid for. The first one is asked for in the handshake.'),
    from: z
      .strictObject({
        chain: filePathSchema.describe('Certificate of the service first, then those between it and the root. PEM.'),
        key: filePathSchema.describe('Private key, PEM, not encrypted.'),
        renew: argvSchema
          .exactOptional()
          .describe(
            'Command line of this machine that leaves a new pair in `chain` and `key`, such as certbot or lego. Run when what lies there is not good for `days` any more. No shell takes part. Left out: somebody puts the files there.',
          ),
      })
      .describe('Where a new pair lies, on this machine.'),
    to: z
      .strictObject({
        combined: placeSchema.exactOptional().describe('One file with chain and key, as HAProxy wants it.'),
        chain: placeSchema.exactOptional().describe('File with the chain, as Nginx wants it; beside `key`.'),
        key: placeSchema.exactOptional().describe('File with the key.'),
      })
      .check((ctx) => {
        const { combined, chain, key } = ctx.value;
        if (
          combined === undefined ? chain !== undefined && key !== undefined : chain === undefined && key === undefined
        )
          return;
        complain(ctx, {
          path: [],
          code: 'config.certificate-place',
          found:
            ['combined', 'chain', 'key'].filter((name) => Object.hasOwn(ctx.value, name)).join(' and ') || 'nothing',
          expected: '`combined:` alone, or `chain:` and `key:`',
          remedy: 'name the one file that HAProxy reads, or the two of Nginx',
        });
      })
      .describe('Where it lies on each host of the service.'),
    service: nameSchema.describe(
      'Service of `system.services` that serves it: on each of its hosts the files are put in place, and it is told to reload.',
    ),
    connect: z
      .string({ error: CONNECT })
      .regex(/^(?:\{host\}|[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, CONNECT)
      .default('{host}:443')
      .describe('Where a TLS handshake shows, from this machine, which certificate is served.'),
    ca: filePathSchema
      .exactOptional()
      .describe('Roots that are trusted, PEM, for an authority of your own. Left out: those of this machine’s Node.'),
    days: z
      .number({ error: DAYS })
      .int(DAYS)
      .min(1, DAYS)
      .max(825, DAYS)
      .default(30)
      .describe('A certificate that ends sooner is to be renewed.'),
  })
  .meta({ title: 'certificate' });

export const certificatesConfig = z.record(nameSchema, certificateConfig);
export type CertificatesConfig = z.infer<typeof certificatesConfig>;
