/** A piece of XML text that is already escaped. */
export type Xml = string;

type AttributeValue = string | number | boolean | undefined;

const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const MAY_BE_ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;

/** Escapes text; characters that XML 1.0 forbids go out as numeric references, as Exchange was seen to do. */
export function escapeText(text: string): Xml {
	// Replacing fixed texts is much quicker than one expression with a function, and mail bodies are long.
	const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');
	return MAY_BE_ILLEGAL.test(escaped) ? escaped.replace(ILLEGAL, (c) => `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`) : escaped;
}

/** Escapes an attribute value. */
export function escapeAttribute(text: string): Xml {
	return escapeText(text).replace(/"/g, '&quot;').replace(/\n/g, '&#xA;').replace(/\t/g, '&#x9;');
}

function attributesOf(attributes: Readonly<Record<string, AttributeValue>>): Xml {
	let written = '';
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== undefined) written += ` ${name}="${escapeAttribute(String(value))}"`;
	}
	return written;
}

/** An element around XML that is already written; empty content gives `<t:X/>`. */
export function element(name: string, content: Xml = '', attributes: Readonly<Record<string, AttributeValue>> = {}): Xml {
	const head = `<${name}${attributesOf(attributes)}`;
	return content === '' ? `${head}/>` : `${head}>${content}</${name}>`;
}

/** An element around a plain value. */
export function leaf(name: string, value: string | number | boolean, attributes: Readonly<Record<string, AttributeValue>> = {}): Xml {
	return element(name, escapeText(String(value)), attributes);
}

/** A leaf, or nothing where there is no value. */
export function optionalLeaf(name: string, value: string | number | boolean | undefined): Xml {
	return value === undefined ? '' : leaf(name, value);
}

/** xs:dateTime as Exchange writes it: UTC with whole seconds. */
export function dateTime(date: Date): string {
	return `${date.toISOString().slice(0, 19)}Z`;
}
