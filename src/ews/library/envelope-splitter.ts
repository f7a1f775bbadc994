import { EwsError } from '../errors/ews-error';

const START = /<(?:[A-Za-z_][\w.-]*:)?Envelope[\s>]/;
const END = /<\/(?:[A-Za-z_][\w.-]*:)?Envelope\s*>/g;
/** An end tag with the longest prefix in use may be torn over two pieces. */
const LONGEST_END = 64;

/**
 * Cuts the answer of GetStreamingEvents, complete SOAP envelopes one after the other with anything (heartbeat line breaks, XML declarations) between
 * them, into its envelopes, whatever the borders of the pieces.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-stream-notifications-about-mailbox-events-by-using-ews-in-exchange
 */
export class EnvelopeSplitter {
	private rest = '';
	private searched = 0;

	/** @param maxLength longest envelope taken in, in characters */
	constructor(private readonly maxLength: number = 8 * 1024 * 1024) {}

	/** Takes the next piece and gives the envelopes that are complete now. @throws EwsError `tooLarge` */
	push(piece: string): string[] {
		this.rest += piece;
		const envelopes: string[] = [];
		for (;;) {
			END.lastIndex = Math.max(0, this.searched - LONGEST_END);
			const end = END.exec(this.rest);
			if (end === null) break;
			const until = end.index + end[0].length;
			const start = START.exec(this.rest.slice(0, until));
			if (start !== null) envelopes.push(this.rest.slice(start.index, until));
			this.rest = this.rest.slice(until);
			this.searched = 0;
		}
		this.searched = this.rest.length;
		if (this.rest.length > this.maxLength) {
			throw new EwsError({ kind: 'tooLarge', limitBytes: this.maxLength }, 'An envelope of the stream is larger than what is taken in.');
		}
		return envelopes;
	}
}
