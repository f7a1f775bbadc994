/** ews-javascript-api used plainly, as its README shows: find a page of ids, bind each item, load each attachment; save each new item. */
import { Appointment, AppointmentSchema, BasePropertySet, BodyType, DateTime, EmailMessage, EmailMessageSchema, ExchangeService, ExchangeVersion, FileAttachment, ItemView, MessageBody, PropertySet, SendInvitationsMode, Uri, WebCredentials, WellKnownFolderName } from 'ews-javascript-api';

import { OWNER, PASSWORD } from './bench-server.mts';
import type { Client } from './job.mts';

export const run: Client = async ({ task, url, size }, measure) => {
	const service = new ExchangeService(ExchangeVersion.Exchange2016);
	service.Credentials = new WebCredentials(OWNER, PASSWORD);
	service.Url = new Uri(url);
	if (task === 'firstSync') await measure(() => readInbox(service));
	if (task === 'pushAppointments') await measure(() => saveAppointments(service, size));
};

async function readInbox(service: ExchangeService): Promise<number> {
	let read = 0;
	for (let offset = 0; ; ) {
		const view = new ItemView(500, offset);
		view.PropertySet = new PropertySet(BasePropertySet.IdOnly);
		const page = await service.FindItems(WellKnownFolderName.Inbox, view);
		for (const { Id } of page.Items) {
			const mail = await EmailMessage.Bind(service, Id, new PropertySet(BasePropertySet.FirstClassProperties, [EmailMessageSchema.Attachments]));
			for (const attachment of mail.Attachments.GetEnumerator()) if (attachment instanceof FileAttachment) await attachment.Load();
			read += mail.Body.Text.length > 0 ? 1 : 0;
		}
		if (!page.MoreAvailable || page.Items.length === 0) return read;
		offset += page.Items.length;
	}
}

async function saveAppointments(service: ExchangeService, count: number): Promise<number> {
	void AppointmentSchema;
	for (let n = 0; n < count; n++) {
		const appointment = new Appointment(service);
		appointment.Subject = `Appointment ${n}`;
		appointment.Body = new MessageBody(BodyType.Text, `Agenda of appointment ${n}\n`.repeat(5));
		appointment.Start = new DateTime(Date.parse('2026-03-02T06:00:00Z') + n * 3_600_000);
		appointment.End = new DateTime(Date.parse('2026-03-02T07:00:00Z') + n * 3_600_000);
		await appointment.Save(SendInvitationsMode.SendToNone);
	}
	return count;
}
