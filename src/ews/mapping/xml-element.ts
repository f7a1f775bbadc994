/** One element of a request, in the namespace of the EWS types. */
export interface XmlElement {
	readonly name: string;
	readonly attributes?: Readonly<Record<string, string>>;
	readonly content: string | readonly XmlElement[];
}

/** An element with text or with elements inside. */
export function element(name: string, content: string | readonly XmlElement[] = [], attributes?: Readonly<Record<string, string>>): XmlElement {
	return attributes === undefined ? { name, content } : { name, content, attributes };
}

/** The elements that are there, in their order. */
export function present(...elements: Array<XmlElement | undefined>): XmlElement[] {
	return elements.filter((entry): entry is XmlElement => entry !== undefined);
}

/** Characters that this element takes as XML, about: good enough to keep requests at the size that was meant. */
export function sizeOf(item: XmlElement): number {
	const inner = typeof item.content === 'string' ? item.content.length : item.content.reduce((sum, entry) => sum + sizeOf(entry), 0);
	return inner + 2 * item.name.length + 9 + (item.attributes === undefined ? 0 : JSON.stringify(item.attributes).length);
}
