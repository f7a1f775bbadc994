import { type PropertyPath, pathElement } from '../mapping/property-path';
import { type XmlElement, element, present } from '../mapping/xml-element';

/** What GetItem and FindItem are to bring along. */
export interface ItemShape {
	readonly paths: readonly PropertyPath[];
	/** The whole message, too. */
	readonly mime?: boolean;
	/** Text: bodies are converted. Default: as they are. */
	readonly bodyType?: 'Text';
}

/** `m:ItemShape`: ids and what is named, nothing else. */
export function itemShape({ paths, mime, bodyType }: ItemShape): XmlElement {
	return element('ItemShape', [
		element('BaseShape', 'IdOnly'),
		...present(
			mime === true ? element('IncludeMimeContent', 'true') : undefined,
			bodyType === undefined ? undefined : element('BodyType', bodyType),
			paths.length === 0 ? undefined : element('AdditionalProperties', paths.map(pathElement)),
		),
	]);
}

/** `t:ItemId`. */
export function itemId(id: string, changeKey?: string): XmlElement {
	return element('ItemId', [], changeKey === undefined || changeKey === '' ? { Id: id } : { Id: id, ChangeKey: changeKey });
}

/** `t:FolderId`. */
export function folderId(id: string): XmlElement {
	return element('FolderId', [], { Id: id });
}
