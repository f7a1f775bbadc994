import { parseArgs } from 'node:util';
import { startExchange } from './startExchange.mts';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '8443' },
		host: { type: 'string', default: '127.0.0.1' },
		user: { type: 'string', multiple: true, default: [] },
		https: { type: 'boolean', default: false },
	},
});

const users = values.user.map((user) => {
	const colon = user.indexOf(':');
	return { address: user.slice(0, colon), password: user.slice(colon + 1) };
});
const running = await startExchange({ port: Number(values.port), host: values.host, https: values.https, users });
process.stdout.write(`Exchange listens at ${running.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		void running.close().then(() => process.exit(0));
	});
}
