import { fr as unknownChange } from "./shared-common.js";
import { t as fetchChanges } from "./shared-fetch2.js";
import { i as readSections, o as wordsUnder, t as changeText } from "./shared-text2.js";
import { a as readChange, n as changePath } from "./shared-store3.js";
import { t as findChange } from "./shared-find.js";
import { a as issueForm, c as RISK_LEVELS, d as closeChange, f as askForChange, i as FORM_FIELDS, l as RISK_POINTS, n as sectionsOf, o as recordTemplate, p as recordFor, r as viewChange, s as previewOf, t as listChanges, u as riskOf } from "./shared-change.js";

export { FORM_FIELDS, RISK_LEVELS, RISK_POINTS, askForChange, changePath, changeText, closeChange, fetchChanges, findChange, issueForm, listChanges, previewOf, readChange, readSections, recordFor, recordTemplate, riskOf, sectionsOf, unknownChange, viewChange, wordsUnder };