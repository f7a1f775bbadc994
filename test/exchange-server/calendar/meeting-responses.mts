import { registerResponseObject } from '../operations/responseObjects.mts';
import { ID_ONLY } from '../operations/updateItem.mts';
import { renderContext, renderItem } from '../properties/shape.mts';
import { MEETING_RESPONSE_OBJECTS, serveMeetingResponse } from './meeting-answer.mts';

for (const name of MEETING_RESPONSE_OBJECTS) {
	registerResponseObject(name, (source, request, context) =>
		serveMeetingResponse(source, request.attributes['MessageDisposition'], context)
			.map(({ mailbox, item }) => renderItem(item, ID_ONLY, renderContext(context, mailbox, { item })))
			.join(''),
	);
}
