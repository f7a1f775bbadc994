import { createServer, type Server } from 'node:http';
import { connect as connectSocket, type AddressInfo, type Socket } from 'node:net';

/** A proxy that knows CONNECT only. */
export interface ConnectProxy {
	url: string;
	/** Authorities that tunnels were opened to, with the proxy logon that was given. */
	tunnels: Array<{ authority: string; authorization: string | undefined }>;
	close(): Promise<void>;
}

/** Starts a proxy. @param required value of Proxy-Authorization that it asks for */
export async function startConnectProxy(required?: string): Promise<ConnectProxy> {
	const tunnels: ConnectProxy['tunnels'] = [];
	const sockets = new Set<Socket>();
	const server: Server = createServer((_request, response) => {
		response.writeHead(405);
		response.end();
	});
	server.on('connect', (request, client: Socket) => {
		const authorization = request.headers['proxy-authorization'];
		if (required !== undefined && authorization !== required) {
			client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\ncontent-length: 0\r\n\r\n');
			return;
		}
		const authority = request.url ?? '';
		tunnels.push({ authority, authorization });
		const port = Number(authority.slice(authority.lastIndexOf(':') + 1));
		const upstream = connectSocket(port, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 Connection established\r\n\r\n');
			upstream.pipe(client);
			client.pipe(upstream);
		});
		sockets.add(upstream).add(client);
		upstream.on('error', () => client.destroy());
		client.on('error', () => upstream.destroy());
	});
	server.on('connection', (socket: Socket) => sockets.add(socket));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		tunnels,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
