import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import { serverCertificate, serverKey } from './certificates.mts';

/** One request as the server got it. */
export interface SeenRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
	/** Number of the connection it came on, from 1. */
	connection: number;
	socket: Socket;
}

/** What to answer; a function may do anything with the response. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: string | Buffer } | ((response: ServerResponse, request: SeenRequest) => void);

/** A local web server that answers by script and remembers what it was asked. */
export interface ScriptedServer {
	url: string;
	port: number;
	requests: SeenRequest[];
	close(): Promise<void>;
}

/** Starts a server. @param script gives the reply to the n-th request, from 0 */
export async function startScriptedServer(script: (request: SeenRequest, index: number) => Reply, options: { tls?: boolean } = {}): Promise<ScriptedServer> {
	const requests: SeenRequest[] = [];
	const connections = new Map<Socket, number>();
	const sockets = new Set<Socket>();
	const listener: RequestListener = (incoming: IncomingMessage, response: ServerResponse) => {
		const chunks: Buffer[] = [];
		incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
		incoming.on('end', () => {
			if (!connections.has(incoming.socket)) connections.set(incoming.socket, connections.size + 1);
			const request: SeenRequest = {
				method: incoming.method ?? '',
				path: incoming.url ?? '',
				headers: incoming.headers,
				body: Buffer.concat(chunks).toString('utf8'),
				connection: connections.get(incoming.socket) ?? 0,
				socket: incoming.socket,
			};
			const reply = script(request, requests.push(request) - 1);
			if (typeof reply === 'function') {
				reply(response, request);
				return;
			}
			response.writeHead(reply.status ?? 200, { 'content-type': 'text/xml; charset=utf-8', ...reply.headers });
			response.end(reply.body ?? '');
		});
	};
	const server: Server = options.tls === true ? createHttpsServer({ key: serverKey, cert: serverCertificate }, listener) : createHttpServer(listener);
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		port,
		url: `${options.tls === true ? 'https' : 'http'}://localhost:${port}/EWS/Exchange.asmx`,
		requests,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A SOAP envelope as Exchange writes it. */
export function envelope(body: string): string {
	return (
		'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>' +
		'<h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="4" Version="V2017_07_11" xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/></s:Header>' +
		'<s:Body xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
		`${body}</s:Body></s:Envelope>`
	);
}

/** Response messages of an operation. */
export function responses(operation: string, ...messages: string[]): string {
	return envelope(`<m:${operation}Response><m:ResponseMessages>${messages.join('')}</m:ResponseMessages></m:${operation}Response>`);
}

/** A GetItem response with one item. */
export function itemResponse(id: string, properties = '', kind = 'Message'): string {
	return `<m:GetItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Items><t:${kind}><t:ItemId Id="${id}" ChangeKey="CK"/>${properties}</t:${kind}></m:Items></m:GetItemResponseMessage>`;
}

/** An error in the place of a response. */
export function errorResponse(operation: string, code: string, messageXml = ''): string {
	const details = messageXml === '' ? '' : `<m:MessageXml>${messageXml}</m:MessageXml>`;
	return `<m:${operation}ResponseMessage ResponseClass="Error"><m:MessageText>As the server says it.</m:MessageText><m:ResponseCode>${code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${details}<m:Items/></m:${operation}ResponseMessage>`;
}

/** A SOAP fault. */
export function fault(code: string, messageXml = '', text = 'As the server says it.'): string {
	const details = messageXml === '' ? '' : `<t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">${messageXml}</t:MessageXml>`;
	return (
		'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:' +
		`${code}</faultcode><faultstring xml:lang="en-US">${text}</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode>` +
		`<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${text}</e:Message>${details}</detail></s:Fault></s:Body></s:Envelope>`
	);
}
