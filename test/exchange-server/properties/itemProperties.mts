import { createHash } from 'node:crypto';
import { base64Text } from '../xml/deferred.mts';
import { element, leaf } from '../xml/write.mts';
import type { Address, DetachedItem, PropertyValue, StructuredValue } from '../store/item.mts';
import { addressesOf, textOf } from '../store/item.mts';
import { changeKey, folderId, itemId } from '../store/ids.mts';
import { attachmentXml } from './attachment.mts';
import { asExchangeWritesHtml, bodyAs, plainText } from './body.mts';
import { boolean, instant, integer, base64, property, strings, text } from './define.mts';
import type { PropertyDefinition, RenderContext } from './definition.mts';
import { FLAG } from './flag-property.mts';

const READ_ONLY = { readOnly: true } as const;
const NOT_IN_TABLES = { inTables: false } as const;

function displayList(item: DetachedItem, path: string): string {
	return addressesOf(item, path)
		.map((each: Address) => each.name ?? each.address)
		.join('; ');
}

/** Bytes an item takes, about as Exchange counts: its parts and a constant for the properties. */
export function sizeOf(item: DetachedItem): number {
	let size = 1_500 + (item.body?.content.length ?? 0);
	for (const attachment of item.attachments) size += 200 + (attachment.type === 'file' ? attachment.content.length : attachment.type === 'item' ? sizeOf(attachment.item) : 0);
	return size;
}

/** Subject without the prefixes of replies and forwards. */
export function conversationTopic(item: DetachedItem): string {
	return (textOf(item, 'item:Subject') ?? '').replace(/^(?:(?:re|aw|fw|fwd|wg|tr|rép)\s*:\s*)+/i, '').trim();
}

function body(path: string, name: string, form: (context: RenderContext) => RenderContext['bodyType'], onlyOnRequest: boolean): PropertyDefinition {
	return property(path, name, 'String', {
		...NOT_IN_TABLES,
		onlyOnRequest,
		readOnly: name !== 'Body',
		value: (item) => item.body?.content,
		render: (item, context) => {
			const { type, content } = bodyAs(item, form(context));
			const rewritten = !context.exchange.rewritesBodies ? content : type === 'HTML' ? asExchangeWritesHtml(content) : content.replace(/\r?\n/g, '\r\n');
			return leaf(`t:${name}`, rewritten, { BodyType: type, ...(name !== 'UniqueBody' && name !== 'NormalizedBody' && { IsTruncated: 'false' }) });
		},
		parse: (source) => ({ structure: 'body', type: source.attributes.BodyType === 'HTML' ? 'HTML' : 'Text', content: source.text }),
		assign: (item, value) => {
			const given = value as (StructuredValue & { type: 'HTML' | 'Text'; content: string }) | undefined;
			if (given) item.body = { type: given.type, content: given.content };
			else delete item.body;
		},
	});
}

function stored<T extends PropertyValue>(read: (item: NonNullable<RenderContext['item']>, context: RenderContext) => T | undefined): NonNullable<PropertyDefinition['value']> {
	return (_, context) => (context.item ? read(context.item, context) : undefined);
}

const RIGHTS = ['CreateAssociated', 'CreateContents', 'CreateHierarchy', 'Delete', 'Modify', 'Read', 'ViewPrivateItems'] as const;

/** EffectiveRights of an owner; items have no contents to be created in. */
export function effectiveRightsXml(ofFolder: boolean): string {
	return element('t:EffectiveRights', RIGHTS.map((right) => leaf(`t:${right}`, ofFolder || !right.startsWith('Create'))).join(''));
}

/** What every item has: the sequence of ItemType in types.xsd. ExtendedProperty is written at the place `null` marks in shape.mts. */
export const ITEM_PROPERTIES: readonly PropertyDefinition[] = [
	property('item:MimeContent', 'MimeContent', 'Base64', {
		...NOT_IN_TABLES,
		onlyOnRequest: true,
		render: (_, { mime }) => (mime ? leaf('t:MimeContent', base64Text(mime), { CharacterSet: 'UTF-8' }) : ''),
		assign: () => undefined,
	}),
	property('item:ItemId', 'ItemId', 'Structured', {
		...READ_ONLY,
		render: (_, { item, mailbox }) => (item ? element('t:ItemId', '', { Id: itemId(mailbox.guid, item.number), ChangeKey: changeKey(mailbox.guid, item.changeKey) }) : ''),
		value: stored((item, { mailbox }) => itemId(mailbox.guid, item.number)),
	}),
	property('item:ParentFolderId', 'ParentFolderId', 'Structured', {
		...READ_ONLY,
		render: (_, { item, mailbox }) => (item ? element('t:ParentFolderId', '', { Id: folderId(mailbox.guid, item.folder), ChangeKey: changeKey(mailbox.guid, mailbox.folderOf(item).changeKey, true) }) : ''),
		value: stored((item, { mailbox }) => folderId(mailbox.guid, item.folder)),
	}),
	text('item:ItemClass', 'ItemClass'),
	text('item:Subject', 'Subject'),
	text('item:Sensitivity', 'Sensitivity', { value: (item) => item.properties['item:Sensitivity'] ?? 'Normal' }),
	body('item:Body', 'Body', ({ bodyType }) => bodyType, false),
	property('item:Attachments', 'Attachments', 'Structured', {
		...NOT_IN_TABLES,
		readOnly: true,
		render: (item, context) => {
			const { item: root } = context;
			return item.attachments.length === 0 || !root ? '' : element('t:Attachments', item.attachments.map((attachment) => attachmentXml(attachment, root, context.mailbox)).join(''));
		},
	}),
	instant('item:DateTimeReceived', 'DateTimeReceived', READ_ONLY),
	integer('item:Size', 'Size', { ...READ_ONLY, value: sizeOf }),
	strings('item:Categories', 'Categories'),
	text('item:Importance', 'Importance', { value: (item) => item.properties['item:Importance'] ?? 'Normal' }),
	text('item:InReplyTo', 'InReplyTo'),
	boolean('item:IsSubmitted', 'IsSubmitted', { ...READ_ONLY, value: () => false }),
	boolean('item:IsDraft', 'IsDraft', { ...READ_ONLY, value: (item) => item.draft }),
	boolean('item:IsFromMe', 'IsFromMe', { ...READ_ONLY, value: (item) => item.properties['item:IsFromMe'] === true }),
	boolean('item:IsResend', 'IsResend', { ...READ_ONLY, value: () => false }),
	boolean('item:IsUnmodified', 'IsUnmodified', { ...READ_ONLY, value: stored((item) => item.contentChanged === item.appeared) }),
	property('item:InternetMessageHeaders', 'InternetMessageHeaders', 'Structured', {
		...NOT_IN_TABLES,
		readOnly: true,
		render: (item) => (item.headers?.length ? element('t:InternetMessageHeaders', item.headers.map(({ name, value }) => leaf('t:InternetMessageHeader', value, { HeaderName: name })).join('')) : ''),
	}),
	instant('item:DateTimeSent', 'DateTimeSent', READ_ONLY),
	instant('item:DateTimeCreated', 'DateTimeCreated', { ...READ_ONLY, value: stored((item) => item.created) }),
	property('item:ResponseObjects', 'ResponseObjects', 'Structured', {
		...NOT_IN_TABLES,
		readOnly: true,
		render: (item) => (item.draft ? '' : element('t:ResponseObjects', '<t:ReplyToItem/><t:ReplyAllToItem/><t:ForwardItem/>')),
	}),
	instant('item:ReminderDueBy', 'ReminderDueBy'),
	boolean('item:ReminderIsSet', 'ReminderIsSet', { value: (item) => item.properties['item:ReminderIsSet'] === true }),
	instant('item:ReminderNextTime', 'ReminderNextTime'),
	integer('item:ReminderMinutesBeforeStart', 'ReminderMinutesBeforeStart', { value: (item) => item.properties['item:ReminderMinutesBeforeStart'] ?? 0 }),
	text('item:DisplayCc', 'DisplayCc', { ...READ_ONLY, value: (item) => displayList(item, 'message:CcRecipients') }),
	text('item:DisplayTo', 'DisplayTo', { ...READ_ONLY, value: (item) => displayList(item, 'message:ToRecipients') }),
	boolean('item:HasAttachments', 'HasAttachments', { ...READ_ONLY, value: (item) => item.attachments.some((attachment) => !attachment.isInline) }),
	text('item:Culture', 'Culture', { value: (item) => item.properties['item:Culture'] ?? 'en-US' }),
	property('item:EffectiveRights', 'EffectiveRights', 'Structured', { ...READ_ONLY, inTables: false, render: () => effectiveRightsXml(false) }),
	text('item:LastModifiedName', 'LastModifiedName', { ...READ_ONLY, value: stored((item) => item.lastModifiedName) }),
	instant('item:LastModifiedTime', 'LastModifiedTime', { ...READ_ONLY, value: stored((item) => item.lastModified) }),
	boolean('item:IsAssociated', 'IsAssociated', { ...READ_ONLY, value: stored((item) => item.associated) }),
	property('item:ConversationId', 'ConversationId', 'Structured', {
		...READ_ONLY,
		render: (item, { mailbox }) => element('t:ConversationId', '', { Id: Buffer.concat([Buffer.from([0, 3, 0x24, 0, 0x24]), Buffer.from(mailbox.guid), Buffer.from([0, 0x10, 0]), createHash('md5').update(conversationTopic(item)).digest()]).toString('base64') }),
	}),
	body('item:UniqueBody', 'UniqueBody', ({ bodyType }) => bodyType, true),
	FLAG,
	base64('item:InstanceKey', 'InstanceKey', { ...READ_ONLY, value: stored((item) => Buffer.from(item.searchKey.slice(0, 16), 'hex').toString('base64')) }),
	body('item:NormalizedBody', 'NormalizedBody', ({ bodyType }) => bodyType, true),
	text('item:Preview', 'Preview', { ...READ_ONLY, onlyOnRequest: true, value: (item) => (item.body ? plainText(item.body).replace(/\s+/g, ' ').trim().slice(0, 255) : '') }),
	body('item:TextBody', 'TextBody', () => 'Text', true),
	text('item:IconIndex', 'IconIndex', { ...READ_ONLY, onlyOnRequest: true, value: () => 'Default' }),
	base64('item:SearchKey', 'SearchKey', { ...READ_ONLY, onlyOnRequest: true, value: stored((item) => Buffer.from(item.searchKey, 'hex').toString('base64')) }),
];

