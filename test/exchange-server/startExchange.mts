import type { AddressInfo } from 'node:net';
import './operations/all.mts';
import { FaultScript } from './faults/faultScript.mts';
import { Control } from './control/control.mts';
import type { Certificate } from './http/certificate.mts';
import { selfSignedCertificate } from './http/certificate.mts';
import type { LogonScheme } from './http/logon.mts';
import { BASIC } from './http/logon.mts';
import { RequestLog } from './http/requestLog.mts';
import type { Route } from './http/server.mts';
import { createListener } from './http/server.mts';
import { Clock } from './store/clock.mts';
import type { NewUser } from './store/exchange.mts';
import { Exchange } from './store/exchange.mts';

export interface ExchangeOptions {
	/** 0 or absent: any free port. */
	port?: number;
	/** Address to listen on; loopback unless said otherwise. */
	host?: string;
	/** True for a self-signed certificate made now. */
	https?: boolean | Certificate;
	users: readonly NewUser[];
	/** Where the clock stands at the start; it follows the machine's otherwise. */
	now?: Date;
	/** Ways to log on; Basic alone unless said otherwise. */
	schemes?: readonly LogonScheme[];
	/** More paths on the same port. */
	routes?: readonly Route[];
}

/** A running Exchange. */
export interface RunningExchange {
	/** `http://127.0.0.1:8443/EWS/Exchange.asmx` */
	readonly url: string;
	readonly origin: string;
	readonly port: number;
	/** PEM of the certificate, for a client that shall trust it. */
	readonly certificate: string | undefined;
	readonly exchange: Exchange;
	readonly control: Control;
	close(): Promise<void>;
}

/** Starts an Exchange; resolves when it listens. */
export async function startExchange(options: ExchangeOptions): Promise<RunningExchange> {
	const clock = new Clock();
	if (options.now) clock.set(options.now);
	const exchange = new Exchange(clock);
	for (const user of options.users) exchange.addUser(user);
	const log = new RequestLog();
	const faults = new FaultScript();
	const control = new Control(exchange, log, faults);
	const certificate = options.https === true ? selfSignedCertificate() : options.https === false ? undefined : options.https;
	const server = createListener({ exchange, log, faults, schemes: options.schemes ?? [BASIC], routes: options.routes ?? [], latency: () => control.latency }, certificate);
	const host = options.host ?? '127.0.0.1';
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, host, resolve);
	});
	const { port } = server.address() as AddressInfo;
	const origin = `${certificate ? 'https' : 'http'}://${host}:${port}`;
	return {
		url: `${origin}/EWS/Exchange.asmx`,
		origin,
		port,
		certificate: certificate?.cert,
		exchange,
		control,
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
		},
	};
}
