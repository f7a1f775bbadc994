import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import './operations/all.mts';
import { Control } from './control/control.mts';
import { controlRoute } from './control/httpControl.mts';
import { FaultScript } from './faults/faultScript.mts';
import type { Certificate } from './http/certificate.mts';
import { selfSignedCertificate } from './http/certificate.mts';
import type { Admission } from './http/admission.mts';
import type { LogonScheme } from './http/logon.mts';
import { BASIC } from './http/logon.mts';
import { RequestLog } from './http/requestLog.mts';
import type { Route } from './http/server.mts';
import { createListener } from './http/server.mts';
import { seedDemo } from './seed/demo.mts';
import { Clock } from './store/clock.mts';
import type { NewUser } from './store/exchange.mts';
import { Exchange } from './store/exchange.mts';
import { StateFolder } from './store/snapshot.mts';
import { SchemaCheck } from './validation/schemaCheck.mts';

export interface ExchangeOptions {
	/** 0 or absent: any free port. */
	port?: number;
	/** Address to listen on; 127.0.0.1 unless said otherwise. */
	host?: string;
	/** True for a self-signed certificate made now. */
	https?: boolean | Certificate;
	users: readonly NewUser[];
	/** `demo`: the demo mailbox for the first user. Skipped where a state folder holds something. */
	seed?: 'demo';
	/** Keeps the state in this folder over restarts. */
	stateFolder?: string;
	/** False: requests and answers are not held against Microsoft's schema; for measuring. They are wherever it is there; ask `control.schemaViolations()`. */
	validate?: boolean;
	/** Give bodies back as a real Exchange rewrites them (HTML as a whole document, CRLF); as they were written otherwise. */
	rewritesBodies?: boolean;
	/** Where the clock stands at the start; it follows the machine's otherwise. */
	now?: Date;
	/** Ways to log on; Basic alone unless said otherwise. */
	schemes?: readonly LogonScheme[];
	/** Who may be served after logging on; all unless said otherwise. */
	admit?: Admission;
	/** More paths on the same port. */
	routes?: readonly Route[];
	/** False: requests are counted, but their texts are not kept; for measuring. */
	keepsTexts?: boolean;
	/** False switches the HTTP control API off. */
	controlApi?: boolean;
}

/** A running Exchange. */
export interface RunningExchange {
	/** `http://127.0.0.1:8443/EWS/Exchange.asmx` */
	readonly url: string;
	/** `http://127.0.0.1:8443` */
	readonly origin: string;
	readonly port: number;
	/** PEM of the certificate, for a client that shall trust it. */
	readonly certificate: string | undefined;
	readonly exchange: Exchange;
	readonly control: Control;
	/** Stops listening, cuts connections, writes the state folder. */
	close(): Promise<void>;
}

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
	});
}

/** Ports of this process's servers, past and present. */
const usedPorts = new Set<number>();

/** A port that no server of this process had: clients remember pauses and refused logons by the address, and a later server must not inherit them. */
async function listenOnNewPort(server: Server, host: string): Promise<number> {
	const port = await listen(server, 0, host);
	if (!usedPorts.has(port)) {
		usedPorts.add(port);
		return port;
	}
	await new Promise((resolve) => server.close(resolve));
	return await listenOnNewPort(server, host);
}

/** Starts an Exchange; resolves when it listens. Rejects where the port is taken or the state cannot be read. */
export async function startExchange(options: ExchangeOptions): Promise<RunningExchange> {
	const clock = new Clock();
	if (options.now) clock.set(options.now);
	const exchange = new Exchange(clock);
	exchange.rewritesBodies = options.rewritesBodies ?? false;
	for (const user of options.users) exchange.addUser(user);
	const state = options.stateFolder === undefined ? undefined : new StateFolder(options.stateFolder, exchange);
	const first = options.users[0];
	if (!state?.load() && options.seed === 'demo' && first) await seedDemo(exchange, first.address);
	state?.watch();
	const log = options.keepsTexts === false ? new RequestLog(100_000, 0) : new RequestLog();
	const faults = new FaultScript();
	const schema = options.validate !== false && SchemaCheck.isAvailable() ? new SchemaCheck() : undefined;
	const control = new Control(exchange, log, faults, schema);
	const certificate = options.https === true ? await selfSignedCertificate() : options.https === false ? undefined : options.https;
	const server = createListener(
		{
			exchange,
			log,
			faults,
			schemes: options.schemes ?? [BASIC],
			...(options.admit && { admit: options.admit }),
			routes: [...(options.routes ?? []), ...(options.controlApi === false ? [] : [controlRoute(() => control)])],
			latency: () => control.latency,
			...(schema && {
				inspect: (request, answer, { number, operation }) => {
					schema.add({ request: number, operation, where: 'request', xml: request });
					// A fault's own elements are not in the schema; its content is checked by clients.
					if (answer !== undefined && !answer.includes('<s:Fault>')) schema.add({ request: number, operation, where: 'answer', xml: answer });
				},
			}),
		},
		certificate,
	);
	const host = options.host ?? '127.0.0.1';
	const port = options.port ? await listen(server, options.port, host) : await listenOnNewPort(server, host);
	const origin = `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
	return {
		url: `${origin}/EWS/Exchange.asmx`,
		origin,
		port,
		certificate: certificate?.cert,
		exchange,
		control,
		close: async () => {
			server.closeAllConnections();
			faults.held.letGo();
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
			state?.save();
		},
	};
}
