/** One element of a request, in the namespace of the EWS types. */
export interface XmlElement {
	readonly name: string;
	readonly attributes?: Readonly<Record<string, string>>;
	/** Text, bytes that are written as base64, or elements inside. */
	readonly content: string | Buffer | readonly XmlElement[];
}

/** An element with text, bytes or elements inside. */
export function element(name: string, content: XmlElement['content'] = [], attributes?: Readonly<Record<string, string>>): XmlElement {
	return attributes === undefined ? { name, content } : { name, content, attributes };
}

/** The elements that are there, in their order. */
export function present(...elements: Array<XmlElement | undefined>): XmlElement[] {
	return elements.filter((entry): entry is XmlElement => entry !== undefined);
}

/** Characters that this element takes as XML, about: good enough to keep requests at the size that was meant. */
export function sizeOf(item: XmlElement): number {
	const { content } = item;
	const inner = typeof content === 'string' ? content.length : Buffer.isBuffer(content) ? Math.ceil(content.length / 3) * 4 : content.reduce((sum, entry) => sum + sizeOf(entry), 0);
	return inner + 2 * item.name.length + 9 + (item.attributes === undefined ? 0 : JSON.stringify(item.attributes).length);
}
