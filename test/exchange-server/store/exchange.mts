import type { Clock } from './clock.mts';
import { guidOf } from './ids.mts';
import type { Address } from './item.mts';
import { Mailbox } from './mailbox.mts';

/** Somebody who may log on. Without a password only another way of logging on (NTLM, bearer) works. */
export interface User {
	readonly address: string;
	password?: string;
	readonly name: string;
	/** `DOMAIN\user` and other logon names, lower case, besides the address. */
	readonly logonNames: readonly string[];
	/** May act for every mailbox through ExchangeImpersonation. */
	readonly mayImpersonate: boolean;
	/** HTTP status logons end with although the password is right (403: EWS switched off, 456: locked). */
	refusedWith?: number;
}

export interface NewUser {
	address: string;
	password?: string;
	name?: string;
	logonNames?: readonly string[];
	mayImpersonate?: boolean;
	/** Addresses of other mailboxes this user may open. */
	mayOpen?: readonly string[];
}

/** One thing the server sent to somebody: a mail, a receipt, an invitation … */
export interface SentThing {
	readonly time: Date;
	readonly what: 'message' | 'read-receipt' | 'non-read-receipt' | 'delivery-receipt' | 'meeting-request' | 'meeting-response' | 'meeting-cancellation' | 'report';
	readonly from: string;
	readonly to: readonly string[];
	readonly subject: string;
	readonly messageId?: string;
	/** Recipients who have a mailbox here and got it. */
	readonly deliveredTo: readonly string[];
}

/** The whole server: users, mailboxes, and the log of what was sent. */
export class Exchange {
	readonly clock: Clock;
	readonly users = new Map<string, User>();
	readonly mailboxes = new Map<string, Mailbox>();
	readonly outbox: SentThing[] = [];
	/** Whether bodies come back as Exchange rewrites them: HTML as a whole document with a charset, lines ended by CRLF. */
	rewritesBodies = false;
	private readonly byGuid = new Map<string, Mailbox>();
	/** Mailboxes that others stand in the place of: nobody can open them, and a backup may bring them back. */
	private readonly replaced = new Map<string, Mailbox>();
	private replacements = 0;
	private readonly byLogonName = new Map<string, User>();
	private readonly mailboxListeners: Array<(mailbox: Mailbox) => void> = [];

	constructor(clock: Clock) {
		this.clock = clock;
	}

	/** Adds a user with a mailbox of the same address. */
	addUser(user: NewUser): User {
		const address = user.address.toLowerCase();
		const name = user.name ?? address.split('@')[0]?.replace(/^./, (letter) => letter.toUpperCase()) ?? address;
		const added: User = {
			address,
			name,
			logonNames: (user.logonNames ?? []).map((logonName) => logonName.toLowerCase()),
			mayImpersonate: user.mayImpersonate ?? false,
			...(user.password !== undefined && { password: user.password }),
		};
		this.users.set(address, added);
		for (const logonName of [address, ...added.logonNames]) this.byLogonName.set(logonName, added);
		if (!this.mailboxes.has(address)) this.addMailbox(address, name);
		for (const other of user.mayOpen ?? []) this.addMailbox(other, other).delegates.add(address);
		return added;
	}

	/** Adds a mailbox nobody logs on to by itself (shared, room); the one that exists is returned. */
	addMailbox(address: string, name: string): Mailbox {
		const existing = this.mailboxes.get(address.toLowerCase());
		if (existing) return existing;
		const mailbox = new Mailbox(address.toLowerCase(), name, this.clock);
		this.install(mailbox);
		return mailbox;
	}

	/** Puts an empty mailbox in the place of one, as after the loss of a database or the move to another server: all its ids are others, the old ones are dead. */
	replaceMailbox(address: string): Mailbox {
		const old = this.mailboxOf(address);
		if (!old) throw new Error(`there is no mailbox ${address}`);
		this.replacements += 1;
		return this.putInPlaceOf(old, guidOf(`${old.address} ${this.replacements}`));
	}

	/** The mailbox of that address and guid: the one that is there, or one that another stands in the place of, which gives way. */
	bringBack(address: string, name: string, guid: string): Mailbox {
		const present = this.addMailbox(address, name);
		return present.guid === guid ? present : this.putInPlaceOf(present, guid);
	}

	private putInPlaceOf(old: Mailbox, guid: string): Mailbox {
		const known = this.replaced.get(guid);
		const mailbox = known ?? new Mailbox(old.address, old.name, this.clock, guid);
		for (const delegate of old.delegates) mailbox.delegates.add(delegate);
		this.byGuid.delete(old.guid);
		this.replaced.set(old.guid, old);
		this.replaced.delete(guid);
		this.install(mailbox, known === undefined);
		return mailbox;
	}

	private install(mailbox: Mailbox, isNew = true): void {
		this.mailboxes.set(mailbox.address, mailbox);
		this.byGuid.set(mailbox.guid, mailbox);
		if (isNew) for (const listener of this.mailboxListeners) listener(mailbox);
	}

	/** Calls back for every mailbox there is and will be. */
	onMailbox(listener: (mailbox: Mailbox) => void): void {
		this.mailboxListeners.push(listener);
		for (const mailbox of this.mailboxes.values()) listener(mailbox);
	}

	/** A user by address or logon name (`DOMAIN\user`, `user`), in any case. */
	userNamed(logonName: string): User | undefined {
		return this.byLogonName.get(logonName.toLowerCase());
	}

	mailboxOf(address: string): Mailbox | undefined {
		return this.mailboxes.get(address.toLowerCase());
	}

	/** True for an address in a domain this server is responsible for: an unknown one there is undeliverable. */
	isOwnDomain(address: string): boolean {
		const domain = address.split('@')[1]?.toLowerCase();
		return [...this.mailboxes.keys()].some((known) => known.split('@')[1] === domain);
	}

	mailboxWithGuid(guid: string): Mailbox | undefined {
		return this.byGuid.get(guid);
	}

	mayOpen(user: User, mailbox: Mailbox): boolean {
		return user.mayImpersonate || mailbox.address === user.address || mailbox.delegates.has(user.address);
	}

	/** The owner of a mailbox as an address. */
	addressOf(mailbox: Mailbox): Address {
		return { name: mailbox.name, address: mailbox.address };
	}

	/** Notes that something was sent. */
	noteSent(sent: Omit<SentThing, 'time'>): void {
		this.outbox.push({ time: this.clock.now(), ...sent });
	}
}
