/** The floor: a bare HTTP client that sends the very requests that the product sent, with as many in flight, and throws the answers away. */
import pLimit from 'p-limit';
import { Agent, request } from 'undici';

import type { RecordedRequest } from './bench-server.mts';
import { order, OWNER, PASSWORD, SERVICE } from './bench-server.mts';
import type { Client } from './job.mts';

export const run: Client = async ({ url, size, concurrency = 4 }, measure) => {
	const recorded = await order<RecordedRequest[]>(url, 'recording');
	const dispatcher = new Agent({ connections: concurrency });
	const send = async ({ headers, body }: RecordedRequest): Promise<void> => {
		const user = body.includes('ConnectingSID') ? SERVICE : OWNER;
		const answer = await request(url, { method: 'POST', dispatcher, headers: { ...headers, authorization: `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}` }, body });
		if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`);
		await answer.body.dump({ limit: Number.MAX_SAFE_INTEGER });
	};
	const limit = pLimit(concurrency);
	await measure(async () => {
		await Promise.all(recorded.map((one) => limit(() => send(one))));
		return size;
	});
	await dispatcher.close();
};
