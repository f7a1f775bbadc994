import { describe, expect, it } from 'vitest';

import { readSoapObject } from '../../../src/ews/library/soap-object-reader.ts';
import { contentOf } from '../../../src/ews/operations/attachment-content.ts';
import { changePage } from '../../../src/ews/operations/changes.ts';
import { attachmentsOf } from '../../../src/ews/mapping/email-attachments.ts';
import type { WireNode } from '../../../src/ews/mapping/wire-node.ts';
import { itemOf } from './wire.mts';

const NAMESPACES =
	'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

function message(xml: string): WireNode {
	const envelope = readSoapObject(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ${NAMESPACES}><m:Message>${xml}</m:Message></s:Envelope>`);
	return envelope['Message'] as WireNode;
}

describe('a page of changes', () => {
	it('has every kind of change, whatever kind of item it is about', () => {
		const page = changePage(
			message(`<m:SyncState>H4sI</m:SyncState><m:IncludesLastItemInRange>false</m:IncludesLastItemInRange><m:Changes>
				<t:Create><t:Message><t:ItemId Id="a" ChangeKey="1"/></t:Message></t:Create>
				<t:Create><t:MeetingRequest><t:ItemId Id="b" ChangeKey="2"/></t:MeetingRequest></t:Create>
				<t:Update><t:SomethingNew><t:ItemId Id="c" ChangeKey="3"/></t:SomethingNew></t:Update>
				<t:ReadFlagChange><t:ItemId Id="d" ChangeKey="4"/><t:IsRead>true</t:IsRead></t:ReadFlagChange>
				<t:ReadFlagChange><t:ItemId Id="e" ChangeKey="5"/><t:IsRead>false</t:IsRead></t:ReadFlagChange>
				<t:Delete><t:ItemId Id="f" ChangeKey="6"/></t:Delete></m:Changes>`),
		);
		expect(page).toEqual({
			changes: [
				{ type: 'created', id: 'a', changeKey: '1' },
				{ type: 'created', id: 'b', changeKey: '2' },
				{ type: 'updated', id: 'c', changeKey: '3' },
				{ type: 'readState', id: 'd', isRead: true },
				{ type: 'readState', id: 'e', isRead: false },
				{ type: 'deleted', id: 'f' },
			],
			syncState: 'H4sI',
			complete: false,
		});
	});

	it('may be empty, but not without its state', () => {
		expect(changePage(message('<m:SyncState>x</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>'))).toEqual({
			changes: [],
			syncState: 'x',
			complete: true,
		});
		expect(() => changePage(message('<m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>'))).toThrow(/SyncState/);
	});
});

describe('attachments', () => {
	it('of every kind are listed: files, messages, links', () => {
		const list = attachmentsOf(
			itemOf(`<t:Attachments>
				<t:FileAttachment><t:AttachmentId Id="1"/><t:Name>a.txt</t:Name><t:ContentType>Text/Plain; charset=x</t:ContentType><t:Size>3</t:Size><t:IsInline>false</t:IsInline></t:FileAttachment>
				<t:FileAttachment><t:AttachmentId Id="2"/><t:Name>a.txt</t:Name><t:ContentId>&lt;c@d&gt;</t:ContentId><t:IsInline>true</t:IsInline></t:FileAttachment>
				<t:ItemAttachment><t:AttachmentId Id="3"/><t:Name>Re: offer</t:Name></t:ItemAttachment>
				<t:ReferenceAttachment><t:AttachmentId Id="4"/><t:Name>plan.docx</t:Name><t:AttachLongPathName>https://example.test/plan</t:AttachLongPathName></t:ReferenceAttachment>
				</t:Attachments>`),
		);
		expect(list.map(({ name, type, contentType, attachmentId, contentId, url }) => [name, type, contentType, attachmentId, contentId, url])).toEqual([
			['a.txt', 'file', 'text/plain', '1', undefined, undefined],
			['a (2).txt', 'file', 'application/octet-stream', '2', 'c@d', undefined],
			['Re_ offer.eml', 'message', 'message/rfc822', '3', undefined, undefined],
			['plan.docx', 'reference', 'application/octet-stream', undefined, undefined, 'https://example.test/plan'],
		]);
	});

	it('a file may be empty, a link has no bytes', () => {
		const empty = contentOf(message('<m:Attachments><t:FileAttachment><t:AttachmentId Id="1"/><t:Name>e</t:Name></t:FileAttachment></m:Attachments>'));
		expect(empty.content).toHaveLength(0);
		expect(() => contentOf(message('<m:Attachments><t:ReferenceAttachment><t:AttachmentId Id="1"/><t:Name>e</t:Name></t:ReferenceAttachment></m:Attachments>'))).toThrow(/link/);
		expect(() => contentOf(message('<m:Attachments/>'))).toThrow(/Attachments/);
	});
});
