import { decodeId } from '../store/ids.mts';
import { listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError, schemaViolation } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** An id in the form EWS uses everywhere else, from one of the two forms this server knows. */
function ewsIdOf(format: string | undefined, id: string): string {
	switch (format) {
		case 'EwsId':
			return id;
		case 'HexEntryId':
			return Buffer.from(id, 'hex').toString('base64');
		default:
			throw new EwsError('ErrorUnsupportedTypeForConversion');
	}
}

function inFormat(format: string, ewsId: string): string {
	switch (format) {
		case 'EwsId':
			return ewsId;
		case 'HexEntryId':
			return Buffer.from(ewsId, 'base64').toString('hex').toUpperCase();
		default:
			throw new EwsError('ErrorUnsupportedTypeForConversion');
	}
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation
// DavMail learns by it whose mailbox a folder is in: the answer names the mailbox of the id, whatever the request said.
registerOperation('ConvertId', (request, context) => {
	const destination = request.attributes.DestinationFormat;
	if (destination === undefined) throw schemaViolation("The required attribute 'DestinationFormat' is missing.");
	return eachItem('ConvertId', listOf(request, 'SourceIds'), context, ({ attributes }) => {
		const ewsId = ewsIdOf(attributes.Format, attributes.Id ?? '');
		const mailbox = context.exchange.mailboxWithGuid(decodeId(ewsId)?.mailbox ?? '');
		if (!mailbox) throw new EwsError('ErrorInvalidIdMalformed');
		return success('ConvertId', element('m:AlternateId', '', { 'xmlns:xsi': XSI, 'xsi:type': 't:AlternateIdType', Format: destination, Id: inFormat(destination, ewsId), Mailbox: mailbox.address }));
	});
});
