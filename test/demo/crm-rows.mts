import type { DemoKind } from './census.mts';

/** A row of a data table. */
export type Row = Record<string, string | number | boolean | null>;

/** What "the other system" of the demo holds: rows, and which rule has to leave which out. */
export interface CrmRows {
	table: string;
	rows: Row[];
	/** Rows that have to be left out, by rule. */
	skipped: Record<string, number>;
}

/** A plain date, so many days from today: a calendar full of the past is nothing to look at. */
function dayFromNow(days: number): string {
	return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

const VERSION = { modifiedAt: '1', syncedModifiedAt: '' } as const;

const CUSTOMERS = ['Weber & Söhne AG', 'Boulangerie Müller Sàrl', 'Northwind Ltd.', 'Zahnarztpraxis Dr. Öztürk', 'Café de l’Étoile', 'Alpenblick Immobilien', 'Harbour Freight Co.', 'Garage Steiner'] as const;

function emails(owner: string): CrmRows {
	const rows = Array.from({ length: 40 }, (_, index): Row => {
		const customer = CUSTOMERS[index % CUSTOMERS.length] ?? '';
		const incoming = index % 3 !== 0;
		const contact = `kontakt${index % CUSTOMERS.length}@kunde.example`;
		const day = dayFromNow(-(index % 28) - 1);
		return {
			...VERSION,
			externalId: `crm-mail-${index + 1}`,
			key: `<crm-mail-${index + 1}@crm.example>`,
			from: incoming ? `"${customer}" <${contact}>` : owner,
			to: incoming ? owner : contact,
			cc: '',
			subject: incoming ? `Offerte ${2600 + index} – ${customer}` : `Re: Offerte ${2600 + index}`,
			text: `Guten Tag\n\nanbei unsere Fragen zur Offerte ${2600 + index}.\n\nFreundliche Grüsse\n${customer}\n`,
			receivedAt: `${day}T0${index % 10}:15:00Z`,
			sentAt: `${day}T0${index % 10}:14:00Z`,
			isRead: index % 4 === 0,
			categories: index % 5 === 0 ? 'CRM, Offerte' : 'CRM',
			importance: index % 11 === 0 ? 'high' : 'normal',
			archived: index % 10 === 7,
			isDraft: index % 10 === 9,
		};
	});
	return { table: 'CRM emails', rows, skipped: { 'archived-not-pushed': 4, 'drafts-not-synced': 4 } };
}

function appointments(owner: string): CrmRows {
	const base = (index: number): Row => ({ ...VERSION, externalId: `crm-appointment-${index}`, mailbox: owner, allDay: false, timeZone: 'Europe/Zurich', location: '', text: '', busyStatus: 'busy', sensitivity: 'normal', categories: 'CRM', recurrence: '', deleted: false });
	const single = Array.from({ length: 12 }, (_, index): Row => {
		const day = dayFromNow(index + 2);
		return { ...base(index + 1), subject: `Besuch bei ${CUSTOMERS[index % CUSTOMERS.length]}`, start: `${day}T09:00:00`, end: `${day}T10:30:00`, location: 'beim Kunden', text: 'Vertrag mitnehmen' };
	});
	const allDay: Row = { ...base(13), subject: 'Messe Basel', allDay: true, start: dayFromNow(20), end: dayFromNow(23), busyStatus: 'oof' };
	// A series by days and not by weekdays, so that it begins on its first day whatever day today is.
	const series: Row = {
		...base(14),
		subject: 'Jour fixe Vertrieb',
		start: `${dayFromNow(1)}T08:00:00`,
		end: `${dayFromNow(1)}T09:00:00`,
		recurrence: JSON.stringify({
			rrule: 'FREQ=DAILY;INTERVAL=7;COUNT=10',
			exceptions: [{ originalStart: `${dayFromNow(15)}T08:00:00`, start: `${dayFromNow(15)}T14:00:00`, end: `${dayFromNow(15)}T15:00:00` }],
			deleted: [`${dayFromNow(29)}T08:00:00`],
		}),
	};
	return { table: 'CRM appointments', rows: [...single, allDay, series], skipped: {} };
}

function tasks(owner: string): CrmRows {
	const rows = Array.from({ length: 10 }, (_, index): Row => ({
		...VERSION,
		externalId: `crm-task-${index + 1}`,
		mailbox: owner,
		subject: `${CUSTOMERS[index % CUSTOMERS.length]}: Rückruf`,
		text: 'Nummer steht im CRM.',
		startDate: dayFromNow(-9),
		dueDate: dayFromNow(index + 1),
		status: index % 3 === 0 ? 'completed' : 'notStarted',
		percentComplete: index % 3 === 0 ? 100 : 0,
		completedDate: index % 3 === 0 ? dayFromNow(-2) : '',
		importance: 'normal',
		sensitivity: 'normal',
		categories: 'CRM',
		deleted: false,
	}));
	return { table: 'CRM tasks', rows, skipped: {} };
}

/** What the other system holds of a kind, for the mailbox of `owner`. */
export function crmRows(kind: DemoKind, owner: string): CrmRows {
	switch (kind) {
		case 'email':
			return emails(owner);
		case 'appointment':
			return appointments(owner);
		case 'task':
			return tasks(owner);
	}
}
