import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { ANNA } from '../n8n-e2e/stage.mts';
import type { Action, Entries, Entry, Kind } from './entries.mts';
import { oneOf } from './random.mts';
import type { Random } from './random.mts';

export const FOLDERS: Record<Kind, string> = { email: 'inbox', appointment: 'calendar', task: 'tasks' };

/** Users of Outlook in one mailbox. */
export class ExchangeUsers {
	readonly #server: RunningExchange;
	readonly #entries: Entries;
	readonly #random: Random;
	readonly #ids = new Map<string, string>();

	constructor(server: RunningExchange, entries: Entries, random: Random) {
		this.#server = server;
		this.#entries = entries;
		this.#random = random;
	}

	/** One change in the mailbox. */
	act(): void {
		const action = oneOf<Action>(this.#random, ['create', 'create', 'create', 'create', 'change', 'change', 'change', 'read', 'delete']);
		const kind: Kind = action === 'read' ? 'email' : oneOf<Kind>(this.#random, ['email', 'appointment', 'task']);
		const entry = action === 'create' ? undefined : this.#entries.pick(kind, 'exchange', (candidate) => this.#may(action, candidate));
		if (entry === undefined || action === 'create') this.#create(kind);
		else this.#do(action, entry);
	}

	#idOf(entry: Entry): string | undefined {
		const known = this.#ids.get(entry.subject);
		if (known !== undefined) return known;
		for (const { subject, id } of this.#server.control.outlook(ANNA.address).items(FOLDERS[entry.kind])) this.#ids.set(subject, id);
		return this.#ids.get(entry.subject);
	}

	#may(action: Action, entry: Entry): boolean {
		// What was written there and deleted before a poll has seen it leaves no trace in EWS, which reports net changes.
		if (action === 'delete' && entry.birth === 'records') return false;
		return this.#idOf(entry) !== undefined;
	}

	#create(kind: Kind): void {
		const entry = this.#entries.create(kind, 'exchange');
		const { subject } = entry;
		const categories = [entry.category];
		const { control } = this.#server;
		const outlook = control.outlook(ANNA.address);
		const item =
			kind === 'email'
				? outlook.create({ folder: 'inbox', subject, messageId: `<${subject}@partner.example>`, from: { name: 'Carla', address: 'carla@partner.example' }, to: [{ name: 'Anna', address: ANNA.address }], text: 'Guten Tag', categories })
				: kind === 'appointment'
					? control.calendar(ANNA.address).create({ subject, start: '2026-12-01T10:00:00', end: '2026-12-01T11:00:00', zone: 'Europe/Zurich', categories })
					: control.tasks(ANNA.address).create({ subject, categories });
		this.#ids.set(subject, outlook.idOf(item));
	}

	#do(action: 'change' | 'read' | 'delete', entry: Entry): void {
		const outlook = this.#server.control.outlook(ANNA.address);
		const id = this.#idOf(entry);
		if (id === undefined) throw new Error(`${entry.subject} is not in Exchange`);
		entry.changes++;
		switch (action) {
			case 'change':
				entry.category = `C${entry.changes}`;
				outlook.edit(id, { categories: [entry.category] });
				return;
			case 'read':
				entry.isRead = !entry.isRead;
				outlook.edit(id, { isRead: entry.isRead });
				return;
			case 'delete':
				entry.deleted = true;
				outlook.remove(id, this.#random() < 0.7 ? 'bin' : 'hard');
				return;
		}
	}
}
