import type { EwsLibrary } from './ews-library';
import { repairRecurrenceInterval, repairSilentProperties, repairUnknownItemKinds } from './reading-repairs';
import { repairStreaming } from './streaming-repairs';
import { repairExtendedProperties, repairRecurrenceDates, repairZoneNames } from './writing-repairs';
import { repairZone, repairZoneDefinitions, type MomentWithZones } from './zone-repairs';

/**
 * What EWS needs put right in the library's item objects and their times and zones (W1, W3, W4, W5, W10, W11, W13), and in its streaming (W9). Our
 * requests use neither (see src/ews/operations/wire-request.ts): the build leaves both, and this file, out of what it bundles.
 */
export async function repairItemObjects(library: EwsLibrary): Promise<void> {
	// The library's moment, which its moment-timezone has given time zones by now.
	const { default: moment } = await import('moment');
	repairZone(library, moment as unknown as Partial<MomentWithZones>);
	repairZoneNames(library);
	repairExtendedProperties(library);
	repairRecurrenceDates(library);
	repairZoneDefinitions(library);
	repairUnknownItemKinds(library);
	repairStreaming(library);
	repairRecurrenceInterval(library);
	repairSilentProperties(library);
}
