import { repairSimpleRequests, repairTooFewResponses } from './answer-repairs';
import { repairAnswerReading, repairRecurrenceInterval, repairSilentProperties, repairUnknownItemKinds } from './reading-repairs';
import { repairResponseCodes } from './service-response';
import { repairStreaming } from './streaming-repairs';
import { repairEscaping, repairExtendedProperties, repairRecurrenceDates } from './writing-repairs';
import { repairZone, repairZoneDefinitions, type MomentWithZones } from './zone-repairs';

/** ews-javascript-api with everything that EWS needs put right; the faults and their numbers stand at the functions that mend them. */
export type EwsLibrary = typeof import('ews-javascript-api');

let loaded: Promise<EwsLibrary> | undefined;

/**
 * The library, loaded and repaired on the first call: it is large, and an n8n that only lists its nodes must not pay for it.
 *
 * One more fault (W12) cannot be mended here: a page of SyncFolderItems keeps its Create, Update and Delete entries in one list for each kind, so that
 * their order is lost. It means nothing anyway: take the page as a set.
 * @throws Error when the bundled library is not the version that the repairs were written for
 */
export function loadEwsLibrary(): Promise<EwsLibrary> {
	loaded ??= load();
	return loaded;
}

async function load(): Promise<EwsLibrary> {
	const library = await import('ews-javascript-api');
	// The library's moment, which its moment-timezone has given time zones by now.
	const { default: moment } = await import('moment');
	repairZone(library, moment as unknown as Partial<MomentWithZones>);
	repairExtendedProperties(library);
	repairEscaping(library);
	repairRecurrenceDates(library);
	repairZoneDefinitions(library);
	repairUnknownItemKinds(library);
	repairTooFewResponses(library);
	repairAnswerReading(library);
	repairSimpleRequests(library);
	repairStreaming(library);
	repairRecurrenceInterval(library);
	repairSilentProperties(library);
	repairResponseCodes(library);
	return library;
}
