import { repairSimpleRequests, repairTooFewResponses } from './answer-repairs';
import { repairItemObjects } from './item-object-repairs';
import { repairAnswerReading } from './reading-repairs';
import { repairResponseCodes } from './service-response';
import { repairEscaping } from './writing-repairs';

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
	repairEscaping(library);
	repairTooFewResponses(library);
	repairAnswerReading(library);
	repairSimpleRequests(library);
	repairResponseCodes(library);
	await repairItemObjects(library);
	return library;
}
