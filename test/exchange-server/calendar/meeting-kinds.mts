import { boolean, property } from '../properties/define.mts';
import type { PropertyDefinition } from '../properties/definition.mts';
import { MEETING_MESSAGE_ONLY, MESSAGE_DEFAULT } from '../properties/mailKinds.mts';
import { text } from '../properties/define.mts';
import { registerKind } from '../properties/kinds.mts';
import { MESSAGE_PROPERTIES } from '../properties/messageProperties.mts';
import { element } from '../xml/write.mts';
import { SCHEDULE_PROPERTIES } from './calendar-properties.mts';

const ASSOCIATED = property('meeting:AssociatedCalendarItemId', 'AssociatedCalendarItemId', 'Structured', {
	readOnly: true,
	inTables: false,
	render: (item) => {
		const [id, key] = [item.properties['meeting:AssociatedCalendarItemId'], item.properties['meeting:AssociatedChangeKey']];
		if (typeof id !== 'string') return '';
		return element('t:AssociatedCalendarItemId', '', { Id: id, ...(typeof key === 'string' ? { ChangeKey: key } : {}) });
	},
});

const MEETING_PART: readonly PropertyDefinition[] = [
	...MEETING_MESSAGE_ONLY.map((each) => (each.path === ASSOCIATED.path ? ASSOCIATED : each)),
	boolean('calendar:IsOrganizer', 'IsOrganizer', { readOnly: true, onlyOnRequest: true, value: () => false }),
];

/** What CalendarItemType has between the shared fields and MeetingRequestMessageType has not. */
const NOT_IN_REQUESTS = new Set(['calendar:IsResponseRequested']);

function schedule(...names: string[]): PropertyDefinition[] {
	return names.map((name) => {
		const found = SCHEDULE_PROPERTIES.find((each) => each.element === name);
		if (!found) throw new RangeError(name);
		return { ...found, readOnly: true };
	});
}

registerKind(
	{
		kind: 'MeetingRequest',
		itemClass: 'IPM.Schedule.Meeting.Request',
		properties: [
			...MESSAGE_PROPERTIES,
			...MEETING_PART,
			text('meetingRequest:MeetingRequestType', 'MeetingRequestType', { readOnly: true, value: (item) => item.properties['meetingRequest:MeetingRequestType'] ?? 'NewMeetingRequest' }),
			text('meetingRequest:IntendedFreeBusyStatus', 'IntendedFreeBusyStatus', { readOnly: true, value: (item) => item.properties['meetingRequest:IntendedFreeBusyStatus'] ?? 'Busy' }),
			...SCHEDULE_PROPERTIES.filter((each) => !NOT_IN_REQUESTS.has(each.path)).map((each) => ({ ...each, readOnly: true })),
		],
		defaultShape: [...MESSAGE_DEFAULT, 'calendar:Start', 'calendar:End', 'calendar:Location', 'meeting:AssociatedCalendarItemId', 'meeting:ResponseType'],
	},
	['IPM.Schedule.Meeting.Request'],
);

registerKind(
	{
		kind: 'MeetingResponse',
		itemClass: 'IPM.Schedule.Meeting.Resp.Pos',
		properties: [...MESSAGE_PROPERTIES, ...MEETING_PART, ...schedule('Start', 'End', 'Location', 'Recurrence', 'CalendarItemType')],
		defaultShape: [...MESSAGE_DEFAULT, 'meeting:ResponseType'],
	},
	['IPM.Schedule.Meeting.Resp'],
);

registerKind(
	{
		kind: 'MeetingCancellation',
		itemClass: 'IPM.Schedule.Meeting.Canceled',
		properties: [...MESSAGE_PROPERTIES, ...MEETING_PART, ...schedule('Start', 'End', 'Location', 'Recurrence', 'CalendarItemType')],
		defaultShape: MESSAGE_DEFAULT,
	},
	['IPM.Schedule.Meeting.Canceled'],
);
