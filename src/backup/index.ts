/** Backups: what is taken, where it stands in the catalogue, and whether it was proven by restoring it. */

export { takeSegments } from './binlog/take.ts';
export { type Chain, chainOf, chainsOf, furthest, isAhead } from './catalogue/chain.ts';
export {
  type BackupRecord,
  type Catalogue,
  type FilesBackup,
  type FullBackup,
  filesSchema,
  fullSchema,
  type HostFilesBackup,
  isGood,
  isOfHost,
  placeOf,
  type Segment,
  segmentSchema,
} from './catalogue/record.ts';
export { type Retention, retention } from './catalogue/retention.ts';
export {
  begunFile,
  type CataloguePlace,
  cataloguePlace,
  clearBegun,
  markBegun,
  readBegun,
  readCatalogue,
  recordFile,
  recordName,
  recordsDirectory,
  recordText,
  removeRecord,
  writeRecord,
} from './catalogue/store.ts';
export { roomNeeded } from './drill/judge.ts';
export { type DrillRecord, drillFile, drillSchema, drillText, readDrills } from './drill/record.ts';
export { alertRules } from './drill/rules.ts';
export { type Difference, differences, differenceText, isWithin } from './host/compare.ts';
export { DESCRIPTION, type HostDescription, type Machine } from './host/description.ts';
export { readStored, type StoredHost, sendStored } from './host/stored.ts';
export { takeHostFiles } from './host/take.ts';
export { readTar, type TarEntry } from './host/tar.ts';
export {
  type HostTimes,
  hostTimesFile,
  hostTimesSchema,
  hostTimesText,
  predictHost,
  readHostTimes,
} from './host/times.ts';
export type { CloneServers } from './physical/options.ts';
export {
  fileArguments,
  type LaidBackup,
  layPhysical,
  orderingCommand,
  verifyPhysical,
} from './physical/restore.ts';
export { takePhysical } from './physical/take.ts';
export { knownFile, knownText, type RepositoryLooked, readKnown, strange } from './restic/known.ts';
export { type HeldPlaces, holdPlaces, NOTHING_HELD, notMounted, whileHeld } from './restic/place.ts';
export {
  copyVariables,
  lookAt,
  madeOf,
  madeSnapshot,
  type Repository,
  resolved,
  resticProblem,
  resticVariables,
  tagArguments,
} from './restic/repository.ts';
export { chooseChain } from './restore/choose.ts';
export { fetchSegments } from './restore/fetch.ts';
export {
  cutRestoreIn,
  finishedIn,
  type Mark,
  markFile,
  markText,
  readTimes,
  restoreIn,
  socketIn,
  timesFile,
  type Wish,
} from './restore/place.ts';
export { type Prediction, predictionSchema, predictTime, type RestoreTimes, timesSchema } from './restore/predict.ts';
export { cronFile, cronJobs, type GeneratedFile, systemdUnits } from './schedule/jobs.ts';
export { type BackupStatus, backupStatus, statusMetrics } from './status.ts';
export { streamLogs, type Tail, tailFile, tailSchema } from './stream/stream.ts';
export { takeLogical } from './take/logical.ts';
export type { Session } from './take/session.ts';
export { verifyFiles } from './verify/files.ts';
export { compared, restoreFull, type Verdict, verifyFull, verifySegment } from './verify/restore.ts';
