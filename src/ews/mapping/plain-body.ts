import { lfText } from '../../text/line-endings';
import { normalisedText } from '../../text/plain-text';
import type { PropertyPath } from './property-path';
import { type WireNode, text } from './wire-node';
import { element, type XmlElement } from './xml-element';

/** `item:Body`, asked for as text for appointments and tasks (rule `plain-text-only`). */
export const PLAIN_BODY: PropertyPath = { uri: 'item:Body' };

/** The text of an item that was read with body type Text: line feeds only, none at its end. */
export function plainBodyOf(item: WireNode): string {
	return lfText((text(item, 'Body') ?? '').replace(/^\ufeff/, '')).replace(/\s+$/, '');
}

/** A plain text as body. */
export function plainBody(value: string): XmlElement {
	return element('Body', value, { BodyType: 'Text' });
}

/** Whether a reader sees the same: then the body is left alone, and with it the formatting that Exchange knows. */
export function sameText(one: string | undefined, other: string | undefined): boolean {
	return normalisedText(one ?? '') === normalisedText(other ?? '');
}
