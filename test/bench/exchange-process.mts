/**
 * The embedded Exchange in a process of its own. Besides EWS it takes orders at `POST /bench/<order>` with a JSON object: fill mailboxes, change items,
 * count and record the requests of a measured span. Tells its URL to its parent when it listens.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { startExchange } from '../exchange-server/startExchange.mts';
import type { RecordedRequest, ServerStatistics } from './bench-server.mts';
import { IDLE_MAILBOXES, mailboxNumber, OWNER, PASSWORD, SERVICE } from './bench-server.mts';
import { ATTACHMENT_BYTES, BODIES, noise } from './mail-content.mts';

const RECORDED_HEADERS = ['content-type', 'accept', 'accept-encoding', 'x-anchormailbox'];
const attachment = noise(ATTACHMENT_BYTES);

let recording: RecordedRequest[] | undefined;
let recorded: RecordedRequest[] = [];
let cpuAtBegin = process.cpuUsage();
let inFlight = 0;
let mostInFlight = 0;

interface Order {
	count?: number;
	size?: number;
	milliseconds?: number;
	record?: boolean;
	ids?: string[];
}

function fillMails(count: number): void {
	const outlook = running.control.outlook(OWNER);
	for (let n = 0; n < count; n++) {
		outlook.create({
			subject: `Mail ${n} of the benchmark`,
			html: BODIES[n % BODIES.length] ?? '',
			from: { name: `Sender ${n % 97}`, address: `sender${n % 97}@example.org` },
			to: [{ name: 'Owner', address: OWNER }],
			cc: [{ name: 'Carla', address: 'carla@example.org' }],
			messageId: `<bench-${n}@example.org>`,
			received: new Date(Date.parse('2026-01-05T08:00:00Z') + n * 60_000),
			isRead: n % 3 === 0,
			...(n % 10 === 0 && { attachments: [{ name: 'Plan.bin', content: attachment }] }),
		});
	}
}

let turn = 0;

const ORDERS: Readonly<Record<string, (order: Order) => unknown>> = {
	mails: ({ count = 0 }) => fillMails(count),
	'touch-mails': ({ count = 0 }) => {
		const outlook = running.control.outlook(OWNER);
		turn += 1;
		for (const { id } of outlook.items('inbox').slice(0, count)) outlook.edit(id, { categories: [`Turn ${turn}`] });
	},
	'large-mail': ({ size = 0 }) => {
		running.control.outlook(OWNER).create({ subject: 'Large', text: 'See attachment', messageId: `<large-${size}@example.org>`, from: { name: 'Bert', address: 'bert@example.org' }, attachments: [{ name: 'Film.bin', content: noise(size) }] });
	},
	'edit-occurrences': ({ ids = [] }) => {
		const calendar = running.control.calendar(OWNER);
		for (const id of ids) {
			for (let day = 10; day < 20; day++) calendar.editOccurrence(id, `2026-03-${day}`, { subject: `Changed ${day}`, start: `2026-03-${day}T11:00:00`, end: `2026-03-${day}T12:30:00` });
		}
	},
	latency: ({ milliseconds = 0 }) => {
		running.control.latency = milliseconds;
	},
	backup: () => running.control.backup('ready'),
	restore: () => running.control.restoreBackup('ready'),
	begin: ({ record = false }) => {
		running.control.clearRequests();
		recording = record ? [] : undefined;
		mostInFlight = 0;
		cpuAtBegin = process.cpuUsage();
	},
	end: (): ServerStatistics => {
		const requests = running.control.requests();
		const cpu = process.cpuUsage(cpuAtBegin);
		const operations: Record<string, number> = {};
		for (const { operation = 'none' } of requests) operations[operation] = (operations[operation] ?? 0) + 1;
		if (recording !== undefined) recorded = recording;
		recording = undefined;
		return {
			requests: requests.length,
			operations,
			bytesIn: requests.reduce((sum, { bytesIn }) => sum + bytesIn, 0),
			bytesOut: requests.reduce((sum, { bytesOut }) => sum + bytesOut, 0),
			failures: requests.filter(({ status }) => status !== 200).length,
			cpuSeconds: (cpu.user + cpu.system) / 1e6,
			mostInFlight,
		};
	},
	recording: () => recorded,
};

async function route(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<boolean> {
	const order = /^\/bench\/([a-z-]+)$/.exec(request.url ?? '')?.[1];
	if (order === undefined) {
		if (recording !== undefined) recording.push({ headers: Object.fromEntries(RECORDED_HEADERS.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]]))), body: body.toString('utf8') });
		inFlight += 1;
		mostInFlight = Math.max(mostInFlight, inFlight);
		response.on('close', () => (inFlight -= 1));
		return false;
	}
	const handler = ORDERS[order];
	if (handler === undefined) response.writeHead(404).end();
	else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify((await handler(body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Order))) ?? {}));
	return true;
}

const running: RunningExchange = await startExchange({
	users: [
		{ address: OWNER, password: PASSWORD, name: 'Owner' },
		{ address: SERVICE, password: PASSWORD, name: 'Service', mayImpersonate: true },
		...Array.from({ length: IDLE_MAILBOXES }, (_, n) => ({ address: mailboxNumber(n), password: PASSWORD })),
	],
	now: new Date('2026-03-01T12:00:00Z'),
	validate: false,
	controlApi: false,
	keepsTexts: false,
	routes: [route],
});
process.send?.({ url: running.url });
process.once('disconnect', () => process.exit(0));
