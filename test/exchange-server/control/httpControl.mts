import { z } from 'zod';
import type { Fault } from '../faults/fault.mts';
import type { Route } from '../http/server.mts';
import { CALENDAR_COMMANDS } from './calendarCommands.mts';
import type { Control } from './control.mts';
import type { ItemEdit, ItemInput } from './outlook.mts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

const mailbox = z.object({ mailbox: z.string() });
const anItem = mailbox.extend({ id: z.string() });

type Command = (control: Control, body: unknown) => unknown;

/** One command a path: `POST /control/<name>` with a JSON object; the answer is JSON. */
const COMMANDS: Readonly<Record<string, Command>> = {
	deliver: async (control, body) => {
		const { mailbox: address, mime, folder } = mailbox.extend({ mime: z.string(), folder: z.string().optional() }).parse(body);
		return { id: control.outlook(address).idOf(await control.deliver(address, mime, folder)) };
	},
	items: (control, body) => {
		const { mailbox: address, folder } = mailbox.extend({ folder: z.string() }).parse(body);
		return control.outlook(address).items(folder);
	},
	create: (control, body) => {
		const { mailbox: address, item } = mailbox.extend({ item: z.record(z.unknown()) }).parse(body);
		const outlook = control.outlook(address);
		return { id: outlook.idOf(outlook.create(item as ItemInput)) };
	},
	edit: (control, body) => {
		const { mailbox: address, id, edit } = anItem.extend({ edit: z.record(z.unknown()) }).parse(body);
		control.outlook(address).edit(id, edit as ItemEdit);
		return {};
	},
	remove: (control, body) => {
		const { mailbox: address, id, how } = anItem.extend({ how: z.enum(['bin', 'soft', 'hard']).optional() }).parse(body);
		const outlook = control.outlook(address);
		const left = outlook.remove(id, how);
		return { id: left && outlook.idOf(left) };
	},
	move: (control, body) => {
		const { mailbox: address, id, folder } = anItem.extend({ folder: z.string() }).parse(body);
		const outlook = control.outlook(address);
		return { id: outlook.idOf(outlook.move(id, folder)) };
	},
	restore: (control, body) => {
		const { mailbox: address, id } = anItem.parse(body);
		const outlook = control.outlook(address);
		return { id: outlook.idOf(outlook.restore(id)) };
	},
	'create-folder': (control, body) => {
		const { mailbox: address, folder } = mailbox.extend({ folder: z.string() }).parse(body);
		control.outlook(address).createFolder(folder);
		return {};
	},
	requests: (control, body) => {
		const { texts } = z.object({ texts: z.boolean().optional() }).parse(body);
		return control.requests().map(({ request, response, ...entry }) => (texts ? { ...entry, request, response } : entry));
	},
	'clear-requests': (control) => {
		control.clearRequests();
		return {};
	},
	outbox: (control) => control.outbox(),
	'clear-outbox': (control) => {
		control.clearOutbox();
		return {};
	},
	inject: (control, body) => {
		const { faults, seed } = z.object({ faults: z.array(z.object({ do: z.object({ effect: z.string() }).passthrough() }).passthrough()), seed: z.number().optional() }).parse(body);
		if (seed !== undefined) control.faults.seed(seed);
		control.inject(...(faults as unknown as Fault[]));
		return {};
	},
	faults: (control) => control.faults.pending(),
	heal: (control) => {
		control.heal();
		return {};
	},
	latency: (control, body) => {
		control.latency = z.object({ milliseconds: z.number().min(0) }).parse(body).milliseconds;
		return {};
	},
	clock: (control, body) => {
		const { set, advance, run } = z.object({ set: z.string().datetime({ offset: true }).optional(), advance: z.number().optional(), run: z.boolean().optional() }).parse(body);
		if (run) control.setClock(undefined);
		if (set !== undefined) control.setClock(new Date(set));
		if (advance !== undefined) control.advanceClock(advance);
		return { now: control.exchange.clock.now().toISOString() };
	},
	backup: (control, body) => {
		control.backup(z.object({ name: z.string().optional() }).parse(body).name);
		return {};
	},
	'restore-backup': (control, body) => {
		control.restoreBackup(z.object({ name: z.string().optional() }).parse(body).name);
		return {};
	},
	'replace-mailbox': (control, body) => {
		control.replaceMailbox(mailbox.parse(body).mailbox);
		return {};
	},
	refuse: (control, body) => {
		const { user, status } = z.object({ user: z.string(), status: z.number().int().optional() }).parse(body);
		control.refuse(user, status);
		return {};
	},
	password: (control, body) => {
		const { user, password } = z.object({ user: z.string(), password: z.string() }).parse(body);
		control.setPassword(user, password);
		return {};
	},
	...CALENDAR_COMMANDS,
	'schema-violations': async (control) => await control.schemaViolations(),
};

/** The control API on the server's own port, for callers on this machine alone. */
export function controlRoute(control: () => Control): Route {
	return async (request, response, body) => {
		const name = /^\/control\/([a-z-]+)$/.exec(new URL(request.url ?? '/', 'http://exchange').pathname)?.[1];
		if (name === undefined) return false;
		const answer = (status: number, value: unknown): true => {
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
			return true;
		};
		// A browser page of somebody else's must not steer the server either: those send an Origin.
		if (!LOOPBACK.has(request.socket.remoteAddress ?? '') || request.headers.origin !== undefined) return answer(403, { error: 'only from this machine' });
		const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
		if (!command || request.method !== 'POST') return answer(404, { error: `POST one of ${Object.keys(COMMANDS).join(', ')}` });
		try {
			return answer(200, (await command(control(), body.length === 0 ? {} : JSON.parse(body.toString('utf8')))) ?? {});
		} catch (error) {
			return answer(400, { error: error instanceof Error ? error.message : 'not understood' });
		}
	};
}
