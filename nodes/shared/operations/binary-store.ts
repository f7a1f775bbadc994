import type { IBinaryData, IBinaryKeyData, IExecuteFunctions, IPollFunctions } from 'n8n-workflow';

import { byteStream } from '../../../src/mime/byte-stream';
import type { StorableAttachment, StoreAttachment, StoredAttachment } from '../../../src/sync/attachments';
import { MailboxFault } from '../../../src/sync/fault';

/**
 * n8n's binary data as a store of attachments: what arrives is written on as it comes where n8n keeps binary data on disk. For its database and for a bucket n8n
 * (2.41) takes an attachment into memory as a whole while it stores it; where it keeps binary data in memory the bytes stay there.
 */
export class BinaryStore {
	readonly #functions: IExecuteFunctions | IPollFunctions;
	readonly #stored: IBinaryData[] = [];

	constructor(functions: IExecuteFunctions | IPollFunctions) {
		this.#functions = functions;
	}

	/** Takes an attachment. Name and type go along, so that n8n does not look into the bytes for them. */
	readonly store: StoreAttachment = async ({ name, contentType }: StorableAttachment, content): Promise<StoredAttachment> => {
		const preparing = this.#functions.helpers.prepareBinaryData(Buffer.isBuffer(content) ? content : byteStream(content), name, contentType);
		const [prepared] = await Promise.allSettled([preparing]);
		if (prepared.status === 'rejected') throw refusalOf(prepared.reason);
		this.#stored.push(prepared.value);
		return { key: String(this.#stored.length - 1), inMemory: prepared.value.id === undefined };
	};

	/** n8n's binary data of an attachment that was taken. */
	dataOf({ key }: StoredAttachment): IBinaryData {
		const data = this.#stored[Number(key)];
		if (data === undefined) throw new TypeError('This attachment was not stored here');
		return data;
	}

	/** The binary fields of an item, each under the name that its record's `binaryProperty` says. */
	fieldsOf(attachments: ReadonlyArray<{ binaryProperty: string; stored?: StoredAttachment }>): IBinaryKeyData {
		return Object.fromEntries(attachments.flatMap(({ binaryProperty, stored }) => (stored === undefined ? [] : [[binaryProperty, this.dataOf(stored)]])));
	}
}

/** What n8n's database takes in at most is a setting of its own (N8N_BINARY_DATA_DATABASE_MAX_FILE_SIZE): it concerns this file alone. */
function refusalOf(reason: unknown): unknown {
	if (!(reason instanceof Error) || reason.constructor.name !== 'FileTooLargeError') return reason;
	return new MailboxFault({ reason: 'tooLarge', scope: 'item', retry: { can: false }, message: `n8n's binary storage refuses it: ${reason.message}` }, { cause: reason });
}
