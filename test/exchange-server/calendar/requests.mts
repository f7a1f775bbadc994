/** Request texts that the calendar's and the tasks' tests send. */

export function create(item: string, attributes = 'SendMeetingInvitations="SendToNone"'): string {
	return `<m:CreateItem ${attributes}><m:Items>${item}</m:Items></m:CreateItem>`;
}

export interface AppointmentText {
	subject?: string;
	start: string;
	end: string;
	zone?: string;
	recurrence?: string;
	/** Elements between Subject and Start. */
	early?: string;
	/** Elements between End and Recurrence. */
	late?: string;
}

export function appointment({ subject = 'Appointment', start, end, zone, recurrence = '', early = '', late = '' }: AppointmentText): string {
	const zones = zone === undefined ? '' : `<t:StartTimeZone Id="${zone}"/><t:EndTimeZone Id="${zone}"/>`;
	return `<t:CalendarItem><t:Subject>${subject}</t:Subject>${early}<t:Start>${start}</t:Start><t:End>${end}</t:End>${late}${recurrence}${zones}</t:CalendarItem>`;
}

export function weekly(start: string, days: string, range = '<t:NoEndRecurrence><t:StartDate>DATE</t:StartDate></t:NoEndRecurrence>', interval = 1): string {
	return `<t:Recurrence><t:WeeklyRecurrence><t:Interval>${interval}</t:Interval><t:DaysOfWeek>${days}</t:DaysOfWeek></t:WeeklyRecurrence>${range.replace('DATE', start)}</t:Recurrence>`;
}

export function daily(start: string, count: number, interval = 1): string {
	return `<t:Recurrence><t:DailyRecurrence><t:Interval>${interval}</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>${start}</t:StartDate><t:NumberOfOccurrences>${count}</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>`;
}

export function getById(idElement: string, shape = '<t:BaseShape>AllProperties</t:BaseShape>'): string {
	return `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${idElement}</m:ItemIds></m:GetItem>`;
}

export function get(id: string, shape?: string): string {
	return getById(`<t:ItemId Id="${id}"/>`, shape);
}

export function set(path: string, element: string, kind = 'CalendarItem'): string {
	return `<t:SetItemField><t:FieldURI FieldURI="${path}"/><t:${kind}>${element}</t:${kind}></t:SetItemField>`;
}

export function update(idElement: string, changes: string, attributes = 'SendMeetingInvitationsOrCancellations="SendToNone"'): string {
	return `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly" ${attributes}><m:ItemChanges><t:ItemChange>${idElement}<t:Updates>${changes}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
}

export function remove(idElement: string, attributes = 'SendMeetingCancellations="SendToNone"', type = 'MoveToDeletedItems'): string {
	return `<m:DeleteItem DeleteType="${type}" ${attributes}><m:ItemIds>${idElement}</m:ItemIds></m:DeleteItem>`;
}

export function byId(id: string): string {
	return `<t:ItemId Id="${id}"/>`;
}

export function occurrence(master: string, index: number): string {
	return `<t:OccurrenceItemId RecurringMasterId="${master}" InstanceIndex="${index}"/>`;
}

export function calendarView(from: string, to: string, more = ''): string {
	return `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:CalendarView StartDate="${from}" EndDate="${to}" ${more}/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`;
}

export function findAll(folder: string): string {
	return `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="100" Offset="0" BasePoint="Beginning"/><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`;
}

export function sync(folder: string, state = ''): string {
	const stateElement = state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`;
	return `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SyncFolderId>${stateElement}<m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>`;
}
