import type { MigrationStatus } from '../../migrate/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { databaseOf } from './migrate.ts';

/** How the database of an environment and the migrations that are checked out stand to each other. Only looks. */
export async function migrateStatus(service: ServiceEnvironment): Promise<MigrationStatus> {
  return databaseOf(service.target).status();
}
