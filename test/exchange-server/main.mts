import { parseArgs } from 'node:util';
import { DEMO_COUNTS } from './seed/demo.mts';
import { startSecuredExchange } from './auth/startSecuredExchange.mts';

const USAGE = `npm run exchange -- [options]

  --port 8443                         port to listen on
  --host 127.0.0.1                    address to listen on
  --user anna@example.test:secret     a user with a mailbox; may be given several times
  --https                             with a self-signed certificate made now
  --ntlm                              offer NTLM besides Basic
  --app tenant/client:secret          take tokens of this application; they are given at /tenant/oauth2/v2.0/token
  --lock-after 10                     refused passwords in a row that lock an account
  --seed demo                         fill the first user's mailbox
  --state folder                      keep everything in this folder over restarts
  --rewrite-bodies                    give HTML back as a real Exchange rewrites it
  --validate                          hold requests and answers against Microsoft's schema (POST /control/schema-violations)
`;

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '8443' },
		host: { type: 'string', default: '127.0.0.1' },
		user: { type: 'string', multiple: true, default: [] },
		https: { type: 'boolean', default: false },
		ntlm: { type: 'boolean', default: false },
		app: { type: 'string' },
		'lock-after': { type: 'string' },
		seed: { type: 'string' },
		state: { type: 'string' },
		validate: { type: 'boolean', default: false },
		'rewrite-bodies': { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	},
});

const users = values.user.map((user) => {
	const colon = user.indexOf(':');
	return { address: user.slice(0, colon), password: user.slice(colon + 1) };
});

if (values.help || users.length === 0 || users.some(({ address }) => !address.includes('@')) || (values.seed !== undefined && values.seed !== 'demo')) {
	process.stderr.write(USAGE);
	process.exit(values.help ? 0 : 2);
}

const [, tenant, clientId, secret] = /^([^/]+)\/([^:]+):(.+)$/.exec(values.app ?? '') ?? [];
const running = await startSecuredExchange({
	logons: [...(values.ntlm ? (['NTLM'] as const) : []), 'Basic', ...(clientId === undefined ? [] : (['Bearer'] as const))],
	...(tenant !== undefined && clientId !== undefined && secret !== undefined && { entra: { tenants: [{ id: tenant, domains: [], applications: [{ clientId, secrets: [{ value: secret }] }] }] } }),
	...(values['lock-after'] !== undefined && { lockAfter: Number(values['lock-after']) }),
	port: Number(values.port),
	host: values.host,
	https: values.https,
	users,
	validate: values.validate,
	rewritesBodies: values['rewrite-bodies'],
	...(values.seed === 'demo' && { seed: 'demo' }),
	...(values.state !== undefined && { stateFolder: values.state }),
});
process.stdout.write(`Exchange listens at ${running.url}\n`);
if (values.seed === 'demo') process.stdout.write(`Demo mailbox: ${JSON.stringify(DEMO_COUNTS)}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		void running.close().then(() => process.exit(0));
	});
}
