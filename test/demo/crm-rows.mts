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

const VERSION = { modifiedAt: '1', syncedModifiedAt: '' } as const;

const CUSTOMERS = ['Weber & Söhne AG', 'Boulangerie Müller Sàrl', 'Northwind Ltd.', 'Zahnarztpraxis Dr. Öztürk', 'Café de l’Étoile', 'Alpenblick Immobilien', 'Harbour Freight Co.', 'Garage Steiner'] as const;

function emails(owner: string): CrmRows {
	const rows = Array.from({ length: 40 }, (_, index): Row => {
		const customer = CUSTOMERS[index % CUSTOMERS.length] ?? '';
		const incoming = index % 3 !== 0;
		const contact = `kontakt${index % CUSTOMERS.length}@kunde.example`;
		const day = String((index % 28) + 1).padStart(2, '0');
		return {
			...VERSION,
			externalId: `crm-mail-${index + 1}`,
			key: `<crm-mail-${index + 1}@crm.example>`,
			from: incoming ? `"${customer}" <${contact}>` : owner,
			to: incoming ? owner : contact,
			cc: '',
			subject: incoming ? `Offerte ${2600 + index} – ${customer}` : `Re: Offerte ${2600 + index}`,
			text: `Guten Tag\n\nanbei unsere Fragen zur Offerte ${2600 + index}.\n\nFreundliche Grüsse\n${customer}\n`,
			receivedAt: `2026-02-${day}T0${index % 10}:15:00Z`,
			sentAt: `2026-02-${day}T0${index % 10}:14:00Z`,
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
		const day = String(index + 2).padStart(2, '0');
		return { ...base(index + 1), subject: `Besuch bei ${CUSTOMERS[index % CUSTOMERS.length]}`, start: `2026-12-${day}T09:00:00`, end: `2026-12-${day}T10:30:00`, location: 'beim Kunden', text: 'Vertrag mitnehmen' };
	});
	const allDay: Row = { ...base(13), subject: 'Messe Basel', allDay: true, start: '2026-12-14', end: '2026-12-17', busyStatus: 'oof' };
	const weekly: Row = {
		...base(14),
		subject: 'Jour fixe Vertrieb',
		start: '2026-12-01T08:00:00',
		end: '2026-12-01T09:00:00',
		recurrence: JSON.stringify({ rrule: 'FREQ=WEEKLY;BYDAY=TU;COUNT=10', exceptions: [{ originalStart: '2026-12-15T08:00:00', start: '2026-12-15T14:00:00', end: '2026-12-15T15:00:00' }], deleted: ['2026-12-29T08:00:00'] }),
	};
	return { table: 'CRM appointments', rows: [...single, allDay, weekly], skipped: {} };
}

function tasks(owner: string): CrmRows {
	const rows = Array.from({ length: 10 }, (_, index): Row => ({
		...VERSION,
		externalId: `crm-task-${index + 1}`,
		mailbox: owner,
		subject: `${CUSTOMERS[index % CUSTOMERS.length]}: Rückruf`,
		text: 'Nummer steht im CRM.',
		startDate: '2026-12-01',
		dueDate: `2026-12-${String(index + 10)}`,
		status: index % 3 === 0 ? 'completed' : 'notStarted',
		percentComplete: index % 3 === 0 ? 100 : 0,
		completedDate: index % 3 === 0 ? '2026-12-02' : '',
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
