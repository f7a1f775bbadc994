import { readRequest, serveEws } from '../http/serveEws.mts';
import { EwsError } from '../operations/errors.mts';
import '../operations/all.mts';
import { Clock } from '../store/clock.mts';
import { Exchange } from '../store/exchange.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { child, childText, descend, type XmlElement } from '../xml/element.mts';
import { parseXml } from '../xml/parse.mts';

const NAMESPACES =
	'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"';

export interface SessionOptions {
	/** Id of a TimeZoneContext sent along, or the whole TimeZoneDefinition. */
	timeZone?: string;
	serverVersion?: string;
}

/** One response message of an answer. */
export interface Message {
	readonly code: string;
	readonly element: XmlElement;
	/** The elements inside `m:Items`. */
	readonly items: readonly XmlElement[];
}

/** A server without a network: what a user's requests get as answers. Answers are kept, so that a test can hold them against the schema. */
export class Session {
	readonly answers: string[] = [];
	readonly exchange: Exchange;
	private readonly address: string;

	constructor(exchange: Exchange, address: string) {
		this.exchange = exchange;
		this.address = address;
	}

	get mailbox(): Mailbox {
		const mailbox = this.exchange.mailboxOf(this.address);
		if (!mailbox) throw new RangeError(this.address);
		return mailbox;
	}

	/** Sends the content of a SOAP body; throws an EwsError for a fault. */
	async send(body: string, options: SessionOptions = {}): Promise<readonly Message[]> {
		const zone = options.timeZone === undefined ? '' : `<t:TimeZoneContext>${options.timeZone.startsWith('<') ? options.timeZone : `<t:TimeZoneDefinition Id="${options.timeZone}"/>`}</t:TimeZoneContext>`;
		const envelope = `<s:Envelope ${NAMESPACES}><s:Header><t:RequestServerVersion Version="${options.serverVersion ?? 'Exchange2016'}"/>${zone}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
		const request = readRequest(envelope);
		const user = this.exchange.userNamed(this.address);
		if ('status' in request || !user) throw new RangeError('The request is not understood');
		const answer = await serveEws(request, user, this.exchange, () => undefined);
		this.answers.push(answer.body);
		const root = parseXml(answer.body);
		const fault = descend(root, 'Body', 'Fault');
		if (fault) throw new EwsError(descend(fault, 'detail', 'ResponseCode')?.text ?? '', { text: childText(fault, 'faultstring') ?? '' });
		const messages = child(child(root, 'Body')?.children[0], 'ResponseMessages')?.children ?? [];
		return messages.map((element) => ({
			code: childText(element, 'ResponseCode') ?? '',
			element,
			items: child(element, 'Items')?.children ?? descend(element, 'RootFolder', 'Items')?.children ?? [],
		}));
	}

	/** Sends a request of one part; throws an EwsError where the part failed. */
	async one(body: string, options?: SessionOptions): Promise<Message> {
		const [message] = await this.send(body, options);
		if (!message) throw new RangeError('No response message');
		if (message.code !== 'NoError') throw new EwsError(message.code, { text: childText(message.element, 'MessageText') ?? '' });
		return message;
	}

	/** The one item of an answer. */
	async item(body: string, options?: SessionOptions): Promise<XmlElement> {
		const item = (await this.one(body, options)).items[0];
		if (!item) throw new RangeError('No item in the answer');
		return item;
	}
}

/** A server with users of these names (at example.test), its clock standing at an instant. */
export function newExchange(now: string, ...names: string[]): { exchange: Exchange; sessions: Session[] } {
	const clock = new Clock();
	clock.set(new Date(now));
	const exchange = new Exchange(clock);
	for (const name of names) exchange.addUser({ address: `${name}@example.test`, password: 'secret' });
	return { exchange, sessions: names.map((name) => new Session(exchange, `${name}@example.test`)) };
}

export function idOf(item: XmlElement): string {
	return child(item, 'ItemId')?.attributes['Id'] ?? '';
}

export function changeKeyOf(item: XmlElement): string {
	return child(item, 'ItemId')?.attributes['ChangeKey'] ?? '';
}
