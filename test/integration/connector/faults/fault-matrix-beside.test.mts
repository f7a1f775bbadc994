import { describe, expect } from 'vitest';

import type { PullEvent } from '../../../../src/sync/pull/pull-types.ts';
import { rows } from '../../../quick-look.mts';
import { ANNA } from '../connector-bench.mts';
import { recordOf, withBench } from './fault-bench.mts';
import { FAULT_ROWS, itUnder } from './fault-rows.mts';

/** What a poll asks for beside listing and reading: bytes, and who is the original of a stamped item. */
const BESIDE = ['GetAttachment', 'FindItem'] as const;
const ROWS = FAULT_ROWS.filter(({ operations }) => operations === undefined);
const BYTES = Buffer.from('Exchange 0123456789 '.repeat(500));

function told({ envelope, record, attachments }: PullEvent): string {
	return `${envelope.event} ${record?.subject ?? ''} ${attachments.map(({ content }) => content?.equals(BYTES)).join()}`.trim();
}

describe('a poll that reads attachments and tells copies from originals', () => {
	for (const { name, effect, timeoutMs } of rows(ROWS)) {
		for (const operation of BESIDE) {
			itUnder(timeoutMs)(`${name} × ${operation}: nothing lost, nothing twice, no mail without its bytes`, async () => {
				await withBench(
					async (office) => {
						office.polls = { withAttachments: true };
						await office.pullToRest();
						const { exchangeId } = await office.pushOne('task', { externalId: 't', record: recordOf('task', 'Copied') });
						const copy = office.outlook().idOf(office.outlook().copy(exchangeId!, 'tasks'));
						office.outlook().create({ subject: 'With a file', messageId: '<file@x>', from: { name: '', address: 'bert@example.org' }, to: [{ name: '', address: ANNA }], attachments: [{ name: 'a.bin', content: BYTES }] });
						office.control.inject({ operation, do: effect, times: 1_000_000 });
						const events = [...(await office.impatientPull()).events];
						expect(office.control.faults.struck).toBeGreaterThan(0);
						office.control.heal();
						await office.startAnew();
						events.push(...(await office.pullToRest()).flatMap((poll) => poll.events));
						expect(events.map(told).sort()).toEqual(['created Copied', 'created With a file true']);
						expect(events.find(({ envelope }) => envelope.kind === 'task')?.envelope).toMatchObject({ exchangeId: copy });
						expect(events.find(({ envelope }) => envelope.kind === 'task')?.envelope.externalId).toBeUndefined();
					},
					timeoutMs === undefined ? {} : { timeoutMs },
				);
			});
		}
	}
});
