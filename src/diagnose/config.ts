import { z } from 'zod';
import { filePathSchema, httpUrlSchema } from '../model/scalars.ts';

/** Fragment `diagnose` of shiplock.yaml: what else is worth to know when something is wrong. */
export const diagnoseConfig = z.strictObject({
  profiles: z
    .array(httpUrlSchema)
    .default([])
    .describe(
      'Addresses of net/http/pprof of Go programs, as each host reaches its own, such as http://127.0.0.1:6060/debug/pprof. They are asked with curl.',
    ),
  logs: z
    .array(filePathSchema.refine((path) => path.startsWith('/'), 'an absolute path, as it is on the hosts'))
    .default([])
    .describe('Further log files on each host, absolute.'),
});

export type DiagnoseConfig = z.infer<typeof diagnoseConfig>;
