import { createSocket, type Socket } from 'node:dgram';
import { getServers, setServers } from 'node:dns';
import { afterEach, expect, it } from 'vitest';

import { withinTime } from '../../../src/ews/autodiscover/srv-records.ts';
import { resolveSrvByLibrary } from '../../../src/ews/library/srv-lookup.ts';

const NAME = '_autodiscover._tcp.example.test';
const servers = getServers();
let socket: Socket | undefined;
afterEach(() => {
	setServers(servers);
	socket?.close();
	socket = undefined;
});

const labels = (name: string): Buffer => Buffer.concat([...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])), Buffer.of(0)]);

function srv({ priority, weight, port, host }: { priority: number; weight: number; port: number; host: string }): Buffer {
	const data = Buffer.alloc(6);
	data.writeUInt16BE(priority, 0);
	data.writeUInt16BE(weight, 2);
	data.writeUInt16BE(port, 4);
	const target = labels(host);
	const head = Buffer.alloc(12);
	// Name (a pointer to the question), type SRV, class IN, an hour, length. https://www.rfc-editor.org/rfc/rfc1035
	head.writeUInt16BE(0xc00c, 0);
	head.writeUInt16BE(33, 2);
	head.writeUInt16BE(1, 4);
	head.writeUInt32BE(3600, 6);
	head.writeUInt16BE(data.length + target.length, 10);
	return Buffer.concat([head, data, target]);
}

/** A name server of this machine that gives these records to every question. */
async function nameServer(...records: Buffer[]): Promise<string[]> {
	const asked: string[] = [];
	const server = createSocket('udp4');
	socket = server;
	server.on('message', (question, { port, address }) => {
		const end = question.indexOf(0, 12) + 5;
		asked.push(question.subarray(12, end - 5).toString('latin1').replace(/[^\w-]/g, '.').slice(1));
		const header = Buffer.from(question.subarray(0, 12));
		header.writeUInt16BE(records.length === 0 ? 0x8183 : 0x8180, 2);
		header.writeUInt16BE(records.length, 6);
		header.writeUInt16BE(0, 8);
		header.writeUInt16BE(0, 10);
		server.send(Buffer.concat([header, question.subarray(12, end), ...records]), port, address);
	});
	await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
	setServers([`127.0.0.1:${server.address().port}`]);
	return asked;
}

it('the best SRV record of the port 443 is found by Node\'s resolver', async () => {
	const asked = await nameServer(
		srv({ priority: 20, weight: 0, port: 443, host: 'second.example.test' }),
		srv({ priority: 1, weight: 0, port: 80, host: 'plain.example.test' }),
		srv({ priority: 10, weight: 5, port: 443, host: 'mail.example.test' }),
	);
	expect(await resolveSrvByLibrary(NAME)).toEqual([{ host: 'mail.example.test', port: 443, priority: 10, weight: 5 }]);
	expect(asked).toEqual([NAME]);
});

it('a domain without a record has none', async () => {
	await nameServer();
	expect(await resolveSrvByLibrary(NAME)).toEqual([]);
});

it('a lookup that fails, is given up or never ends finds none', async () => {
	const never = new Promise<never>(() => {});
	expect(await withinTime(Promise.reject(new Error('SERVFAIL')), undefined)).toEqual([]);
	expect(await withinTime(never, AbortSignal.abort())).toEqual([]);
	expect(await withinTime(never, undefined, 1)).toEqual([]);
});
