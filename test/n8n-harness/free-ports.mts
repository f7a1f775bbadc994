import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/** TCP ports of the loopback address that nobody uses at the moment; all different, because they are held open together while they are found. */
export async function freePorts(count: number): Promise<number[]> {
	const servers: Server[] = [];
	for (let index = 0; index < count; index++) {
		const server = createServer();
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(0, '127.0.0.1', resolve);
		});
		servers.push(server);
	}
	const ports = servers.map((server) => (server.address() as AddressInfo).port);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}

/** The port itself where nobody uses it, else another. */
export async function portOrAnother(wanted: number): Promise<number> {
	const server = createServer();
	const free = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(wanted, '127.0.0.1', () => resolve(true));
	});
	if (!free) return (await freePorts(1))[0] as number;
	await new Promise((resolve) => server.close(resolve));
	return wanted;
}

/** Whether a program listens on a port of the loopback address. */
export async function listens(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect({ port, host: '127.0.0.1' });
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}
