/**
 * One element of an answer as the library's reader leaves it: child elements and attributes by local name, text under the element's own name
 * where it has attributes, a plain string where it has none, `null` where it is empty, an array where it repeats. A long text in base64 is its bytes.
 */
export type WireNode = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is WireNode {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function nodeOf(entry: unknown, name: string): WireNode {
	if (isNode(entry)) return entry;
	return typeof entry === 'string' || Buffer.isBuffer(entry) ? { [name]: entry } : {};
}

/** All elements of that name right below `node`; empty ones and plain texts become nodes too. */
export function children(node: WireNode | undefined, name: string): WireNode[] {
	const value = node?.[name];
	if (value === undefined) return [];
	return Array.isArray(value) ? value.map((entry) => nodeOf(entry, name)) : [nodeOf(value, name)];
}

/** The first element of that name right below `node`, as it stands there. */
function firstOf(node: WireNode | undefined, name: string): unknown {
	const value = node?.[name];
	return Array.isArray(value) ? (value as unknown[])[0] : value;
}

/** The element reached by following the names, or undefined. */
export function child(node: WireNode | undefined, ...path: string[]): WireNode | undefined {
	let current: WireNode | undefined = node;
	for (const name of path) {
		const entry = firstOf(current, name);
		if (entry === undefined) return undefined;
		current = nodeOf(entry, name);
	}
	return current;
}

/** Text of the element reached by following the names; `''` for an empty element, undefined where there is none. */
export function text(node: WireNode | undefined, ...path: string[]): string | undefined {
	const name = path.at(-1);
	if (name === undefined) return undefined;
	const entry = firstOf(path.length === 1 ? node : child(node, ...path.slice(0, -1)), name);
	return entry === undefined ? undefined : textOf(entry, name);
}

function textOf(entry: unknown, name: string): string {
	const own = isNode(entry) ? entry[name] : entry;
	return typeof own === 'string' ? own : '';
}

/** Texts of all elements of that name right below `node`. */
export function textsOf(node: WireNode | undefined, name: string): string[] {
	return children(node, name).map((entry) => textOf(entry, name));
}

/** Bytes of the element of that name right below `node`, whose text is base64; none for an empty element, undefined where there is no element. */
export function bytes(node: WireNode | undefined, name: string): Buffer | undefined {
	const element = child(node, name);
	if (element === undefined) return undefined;
	const own = element[name];
	return Buffer.isBuffer(own) ? own : Buffer.from(typeof own === 'string' ? own : '', 'base64');
}

/** Attribute of `node`. */
export function attribute(node: WireNode | undefined, name: string): string | undefined {
	const value = node?.[name];
	return typeof value === 'string' ? value : undefined;
}

/** `true`/`1` and `false`/`0` of xs:boolean; undefined where there is none. */
export function flag(node: WireNode | undefined, ...path: string[]): boolean | undefined {
	const value = text(node, ...path);
	if (value === undefined || value === '') return undefined;
	return value === 'true' || value === '1';
}

/** A whole number, undefined where there is none. */
export function integer(node: WireNode | undefined, ...path: string[]): number | undefined {
	const value = text(node, ...path);
	if (value === undefined || value.trim() === '') return undefined;
	const number = Number(value);
	return Number.isFinite(number) ? Math.trunc(number) : undefined;
}

/** Elements right below `node` with their names, in the order of the names. */
export function elements(node: WireNode | undefined): Array<{ name: string; node: WireNode }> {
	if (node === undefined) return [];
	return Object.keys(node)
		.filter((name) => !name.startsWith('__') && typeof node[name] === 'object')
		.flatMap((name) => children(node, name).map((entry) => ({ name, node: entry })));
}
