import { serverZones } from '../calendar/time-zone.mts';
import { writeTimeZoneDefinition } from '../calendar/time-zone-xml.mts';
import { child, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation
registerOperation('GetServerTimeZones', (request, context) =>
	eachItem('GetServerTimeZones', [request], context, () => {
		const wanted = child(request, 'Ids') ? new Set(listOf(request, 'Ids').map(({ text }) => text)) : undefined;
		const full = request.attributes.ReturnFullTimeZoneData !== 'false';
		const zones = serverZones().filter(({ id }) => !wanted || wanted.has(id));
		const written = zones.map((zone) => (full ? writeTimeZoneDefinition('t:TimeZoneDefinition', zone) : element('t:TimeZoneDefinition', '', { Id: zone.id, Name: zone.name })));
		return success('GetServerTimeZones', element('m:TimeZoneDefinitions', written.join('')));
	}),
);
