import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import { recordTitle } from '../../../src/records/record-title';
import type { FolderRole } from '../../../src/sync/mailbox';
import { withEditorMailbox } from './editor-mailbox';

/** Items that a list offers at once; a search finds the others. */
const LISTED = 30;

/** The folder whose items an operation on one item is offered, where the builder names none. */
export const DEFAULT_ROLE: Readonly<Record<RecordKind, FolderRole>> = { email: 'inbox', appointment: 'calendar', task: 'tasks' };

/** Which item of Exchange an operation is about: by the id that the nodes hand out, or from a list with search. */
export function itemLocator(what: string, wanted: Pick<INodeProperties, 'description' | 'required'>): INodeProperties {
	return {
		displayName: 'Exchange ID',
		name: 'exchangeId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '={{ $json.exchangeId }}' },
		...wanted,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose the ${what}…`,
				typeOptions: { searchListMethod: 'searchItems', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. AAMkADEzOTExYjJkLTYxZDAtNDgxOC04YjQyLTU0OGY1Yzg3Y2JiZgBGAAAAAAB…',
				hint: 'The exchangeId that the Exchange nodes hand out',
			},
		],
	};
}

/** The newest items of a kind's own folder, for a list that searches their subjects; drafts for the operation that sends one. */
export function itemSearch(kind: RecordKind) {
	return async function searchItems(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
		return await withEditorMailbox(this, async (mailbox, connector) => {
			const role = this.getCurrentNodeParameter('operation') === 'sendDraft' ? 'drafts' : DEFAULT_ROLE[kind];
			const { id } = await mailbox.folder({ by: 'role', role });
			const listed = await mailbox.list(kind, id, filter ? { subject: filter } : {}, LISTED);
			const read = await mailbox.read(
				kind,
				listed.map(({ reference }) => reference.id),
				{ body: 'text', stripMeetingMetadata: false, timeZone: connector.settings.timeZone },
			);
			return {
				results: read.flatMap((result) => {
					if (!result.ok) return [];
					const { subject, date } = recordTitle(result.value.record);
					return [{ name: date === '' ? subject : `${subject} (${date.slice(0, 10)})`, value: result.value.reference.id }];
				}),
			};
		});
	};
}
