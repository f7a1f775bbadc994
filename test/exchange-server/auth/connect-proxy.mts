import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';

/** One request to the proxy. */
export interface ProxiedConnection {
	/** `host:port` that was asked for. */
	readonly authority: string;
	/** Who logged on to the proxy. */
	readonly user?: string;
	/** 200: a tunnel; 407: no logon; 403: not to that host; 502: nobody there; 405: not CONNECT. */
	readonly status: number;
	/** Bytes from the client to the server so far; what a proxy can read of a tunnel. */
	readonly sent: () => Buffer;
}

export interface ProxyOptions {
	readonly login?: { readonly user: string; readonly password: string };
	/** Where names are led to, e.g. `exchange.example.test` → `127.0.0.1` or `127.0.0.1:8443`; others are refused unless they are this machine. */
	readonly hosts?: Readonly<Record<string, string>>;
}

/** An HTTP proxy that knows CONNECT only, as those in front of companies do for TLS. */
export interface RunningProxy {
	/** `http://127.0.0.1:3128` */
	readonly url: string;
	/** The same with the login in it, where the proxy wants one. */
	readonly urlWithLogin: string;
	readonly log: readonly ProxiedConnection[];
	close(): Promise<void>;
}

const THIS_MACHINE: Readonly<Record<string, string>> = { localhost: '127.0.0.1', '127.0.0.1': '127.0.0.1' };

/** Starts a proxy on any free port of this machine. */
export async function startProxy(options: ProxyOptions = {}): Promise<RunningProxy> {
	const log: ProxiedConnection[] = [];
	const sockets = new Set<Socket>();
	const hosts = { ...THIS_MACHINE, ...options.hosts };
	const expected = options.login && `Basic ${Buffer.from(`${options.login.user}:${options.login.password}`).toString('base64')}`;
	const server = createServer((request, response) => {
		log.push({ authority: request.headers.host ?? '', status: 405, sent: () => Buffer.alloc(0) });
		response.writeHead(405).end();
	});
	server.on('connection', (socket: Socket) => sockets.add(socket));
	server.on('connect', (request, client: Socket, head: Buffer) => {
		const authority = request.url ?? '';
		const chunks: Buffer[] = [head];
		const note = (status: number, user?: string): void => {
			log.push({ authority, status, sent: () => Buffer.concat(chunks), ...(user !== undefined && { user }) });
		};
		const refuse = (status: number, reason: string, header = ''): void => {
			note(status);
			client.end(`HTTP/1.1 ${status} ${reason}\r\n${header}content-length: 0\r\n\r\n`);
		};
		if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
			refuse(407, 'Proxy Authentication Required', 'proxy-authenticate: Basic realm="proxy"\r\n');
			return;
		}
		const colon = authority.lastIndexOf(':');
		const host = hosts[authority.slice(0, colon).toLowerCase()];
		if (host === undefined) {
			refuse(403, 'Forbidden');
			return;
		}
		const [address = host, port = authority.slice(colon + 1)] = host.split(':');
		const upstream = connect(Number(port), address);
		sockets.add(upstream);
		upstream.once('connect', () => {
			note(200, options.login?.user);
			client.write('HTTP/1.1 200 Connection established\r\n\r\n');
			upstream.write(head);
			client.on('data', (chunk: Buffer) => chunks.push(chunk));
			client.pipe(upstream);
			upstream.pipe(client);
			upstream.off('error', failed);
		});
		const failed = (): void => refuse(502, 'Bad Gateway');
		upstream.once('error', failed);
		upstream.on('error', () => client.destroy());
		client.on('error', () => upstream.destroy());
		client.on('close', () => upstream.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}`;
	const login = options.login ? `${encodeURIComponent(options.login.user)}:${encodeURIComponent(options.login.password)}@` : '';
	return {
		url,
		urlWithLogin: `http://${login}127.0.0.1:${port}`,
		log,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
		},
	};
}
