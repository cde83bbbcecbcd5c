import { a as liveKey, c as recordObject, d as releasesKey, i as bucketReleaseSchema, l as recordedVersions, n as asideKey, o as readLive, r as bucketLiveSchema, s as readRelease, t as OWN, u as releaseKey } from "./shared-records2.js";

export { OWN, asideKey, bucketLiveSchema, bucketReleaseSchema, liveKey, readLive, readRelease, recordObject, recordedVersions, releaseKey, releasesKey };