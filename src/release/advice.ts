import { type Advised, advise, openDsnSession, readAdviceFacts, resolveDsn } from '../migrate/index.ts';
import type { ServiceEnvironment } from './environment/service.ts';
import { databaseSettings } from './run/migrate.ts';

/** Looks at the database of an environment, and says what to mend. Nothing is changed. */
export async function adviseDatabase(service: ServiceEnvironment): Promise<Advised> {
  const { dsn, connectTimeoutMs } = databaseSettings(service);
  const session = await openDsnSession(resolveDsn(dsn, service.secrets), connectTimeoutMs);
  try {
    return advise(await readAdviceFacts(session));
  } finally {
    await session.close();
  }
}
