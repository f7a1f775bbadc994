import { SaxesParser } from 'saxes';
import type { XmlElement } from './element.mts';

/** Thrown for a request that is not well-formed XML; Exchange answers HTTP 400 or a fault. */
export class MalformedXml extends Error {}

interface Growing {
	name: string;
	namespace: string;
	attributes: Record<string, string>;
	children: Growing[];
	text: string;
}

/** Parses one document; comments, processing instructions and xmlns declarations are dropped. */
export function parseXml(text: string): XmlElement {
	const parser = new SaxesParser({ xmlns: true, position: false });
	const open: Growing[] = [];
	let root: Growing | undefined;
	parser.on('error', (error) => {
		throw new MalformedXml(error.message);
	});
	parser.on('opentag', (tag) => {
		const attributes: Record<string, string> = {};
		for (const attribute of Object.values(tag.attributes)) {
			if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns') attributes[attribute.local] = attribute.value;
		}
		const element: Growing = { name: tag.local, namespace: tag.uri, attributes, children: [], text: '' };
		open.at(-1)?.children.push(element);
		root ??= element;
		open.push(element);
	});
	parser.on('closetag', () => {
		const element = open.pop();
		if (element && element.children.length > 0) element.text = '';
	});
	const addText = (chunk: string): void => {
		const element = open.at(-1);
		if (element) element.text += chunk;
	};
	parser.on('text', addText);
	parser.on('cdata', addText);
	parser.write(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).close();
	if (!root) throw new MalformedXml('Root element is missing.');
	return root;
}
