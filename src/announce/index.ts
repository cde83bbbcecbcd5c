export { type Alert, alertId } from './alert.ts';
export { type AlertSettings, alertsOf } from './alerts.ts';
export { type Announcer, createAnnouncer } from './announcer.ts';
export { type Announced, type Desk, deliver, NOTHING_TOLD, type ToldAlert } from './deliver.ts';
export type { Outlet } from './outlet.ts';
export { type Place, poster } from './post.ts';
export { type Receipt, readReceipts } from './receipts.ts';
export { emptyStory, noProcess, type Story, speaks, storyOf } from './story.ts';
