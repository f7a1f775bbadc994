/** One element of a parsed request: local name, namespace, attributes, child elements and its own text. */
export interface XmlElement {
	readonly name: string;
	readonly namespace: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly XmlElement[];
	readonly text: string;
}

/** The first child of that local name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
	return element?.children.find((candidate) => candidate.name === name);
}

/** The element at the end of a path of local names. */
export function descend(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
	return path.reduce<XmlElement | undefined>((at, name) => child(at, name), element);
}

/** The text of the first child of that name. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
	return child(element, name)?.text;
}

/** The children of the first child of that name: the usual way EWS writes a list. */
export function listOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
	return child(element, name)?.children ?? [];
}

/** xs:boolean in both its spellings. */
export function isTrue(text: string | undefined): boolean {
	return text === 'true' || text === '1';
}
