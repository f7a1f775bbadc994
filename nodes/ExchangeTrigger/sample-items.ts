import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Connector } from '../../src/connector/Connector';
import type { AccountLink } from '../../src/sync/account-link';
import type { EmailRecord } from '../../src/records/email';
import { hasBytes, storeAttachments } from '../../src/sync/attachments';
import type { Mailbox } from '../../src/sync/mailbox';
import type { PulledAttachment, PullOptions, Watch } from '../../src/sync/pull/pull-types';
import { connectorSettings, openConnection } from '../shared/connection';
import { BinaryStore } from '../shared/operations/binary-store';
import { eventItem, hasSecondOutput } from './pull-output';
import { pollTime } from './poll-time';
import { pullOptions } from './pull-options';

/** Items that a test run shows of each kind. */
const SAMPLES = 5;

/**
 * A test run of the editor: the newest items of the watched folders of the first account, one folder after the other as long as there are too few, in the form in which they would be handed over. The
 * cursor is neither read nor moved, and no rule is applied.
 */
export async function sampleItems(functions: IPollFunctions): Promise<INodeExecutionData[][]> {
	const settings = await connectorSettings(functions);
	if (!settings.active) {
		throw new NodeOperationError(functions.getNode(), `The connector "${settings.name}" is switched off (rule connector-inactive)`, {
			description: 'Switch on "Active" in the credential to see items.',
		});
	}
	const options = await pullOptions(functions, settings, functions.getWorkflowStaticData('node'), pollTime(functions, false));
	const connector = await openConnection(settings);
	try {
		const link = connector.link(options.accounts?.[0] ?? connector.accounts[0]?.account);
		const mailbox = await connector.mailbox(link.account);
		const binary = new BinaryStore(functions);
		const items: INodeExecutionData[] = [];
		for (const watch of options.watches) items.push(...(await samplesOf(binary, { connector, link, mailbox }, watch, options)));
		if (items.length === 0) {
			throw new NodeOperationError(functions.getNode(), `There is nothing in the watched folders of ${link.mailbox} to show`, {
				description: 'The trigger works nevertheless: publish the workflow, and it hands over what changes from then on.',
			});
		}
		return hasSecondOutput(functions) ? [items, []] : [items];
	} finally {
		await connector.close();
	}
}

async function samplesOf(
	binary: BinaryStore,
	{ connector, link, mailbox }: { connector: Connector; link: AccountLink; mailbox: Mailbox },
	watch: Watch,
	options: PullOptions,
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	for (const reference of watch.folders) {
		const wanted = SAMPLES - items.length;
		if (wanted <= 0) break;
		const folder = await mailbox.folder(reference);
		const listed = await mailbox.list(watch.kind, folder.id, {}, wanted);
		if (listed.length === 0) continue;
		const read = await mailbox.read(
			watch.kind,
			listed.map((each) => each.reference.id),
			{ body: options.body, stripMeetingMetadata: options.stripMeetingMetadata, timeZone: options.timeZone },
		);
		for (const result of read) {
			if (!result.ok) continue;
			const { record, reference: stored, lastModifiedAt } = result.value;
			const attachments = options.withAttachments && record.kind === 'email' ? await attachmentsOf(mailbox, record, options, binary) : [];
			const envelope = {
				event: 'created' as const,
				kind: watch.kind,
				connector: connector.settings.name,
				account: link.account,
				mailbox: link.mailbox,
				folder: folder.path,
				folderId: folder.id,
				exchangeId: stored.id,
				changeKey: stored.changeKey,
				...(lastModifiedAt === undefined ? {} : { lastModifiedAt }),
			};
			items.push(eventItem({ envelope, record, attachments }, binary));
		}
	}
	return items;
}

/** Those that a poll hands over too, under the same names; what cannot be had is not worth failing the test run for. */
async function attachmentsOf(mailbox: Mailbox, record: EmailRecord, { maxAttachmentBytes = Number.POSITIVE_INFINITY }: PullOptions, binary: BinaryStore): Promise<PulledAttachment[]> {
	const wanted = record.attachments.filter((attachment) => hasBytes(attachment) && attachment.size <= maxAttachmentBytes);
	const results = await storeAttachments(mailbox, wanted, binary.store);
	const pulled: PulledAttachment[] = [];
	for (const [index, attachment] of wanted.entries()) {
		const result = results[index];
		if (result?.ok !== true) continue;
		attachment.binaryProperty = `attachment_${pulled.length}`;
		pulled.push({ binaryProperty: attachment.binaryProperty, name: attachment.name, contentType: attachment.contentType, stored: result.value });
	}
	return pulled;
}
