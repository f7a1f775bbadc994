/** What the prefixes mean at some place of a document, the empty one included. https://www.w3.org/TR/xml-names/ */
export type Namespaces = ReadonlyMap<string, string>;

/** A name of XML in its two parts. */
export interface QualifiedName {
	/** Empty where the name has none. */
	readonly prefix: string;
	readonly local: string;
}

/** What prefixes mean where nothing has been declared. */
export const OUTERMOST: Namespaces = new Map([
	['', ''],
	['xml', 'http://www.w3.org/XML/1998/namespace'],
	['xmlns', 'http://www.w3.org/2000/xmlns/'],
]);

/** What prefixes mean in an element with these attributes; `outer`: around it. */
export function namespacesIn(attributes: Readonly<Record<string, string>>, outer: Namespaces): Namespaces {
	let inner: Map<string, string> | undefined;
	for (const name in attributes) {
		const prefix = declaredBy(name);
		if (prefix !== undefined) (inner ??= new Map(outer)).set(prefix, attributes[name] ?? '');
	}
	return inner ?? outer;
}

/** The prefix that an attribute declares, the empty one for `xmlns` itself; undefined: it declares none. */
export function declaredBy(attribute: string): string | undefined {
	if (attribute === 'xmlns') return '';
	return attribute.startsWith('xmlns:') ? attribute.slice(6) : undefined;
}

/** Undefined: the name is none. */
export function qualifiedName(name: string): QualifiedName | undefined {
	const colon = name.indexOf(':');
	if (colon < 0) return { prefix: '', local: name };
	const local = name.slice(colon + 1);
	return colon === 0 || local === '' || local.includes(':') ? undefined : { prefix: name.slice(0, colon), local };
}
