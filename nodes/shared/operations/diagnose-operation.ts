import { plain } from './item-json';
import type { Operation } from './operation';

/** Diagnose: logs on to every account once and tells how each stands. Runs once, however many input items there are. */
export const diagnoseOperation: Operation = {
	value: 'diagnose',
	name: 'Diagnose',
	action: 'Diagnose the credential',
	description: 'Log on to every account of the credential and report server version, rights, time zones, folders and pauses. Writes nothing.',
	properties: [],
	async run({ connector }) {
		const { accounts, ...server } = await connector.diagnose();
		return accounts.map((account) => ({ item: 0, json: plain({ ...server, ...account }) }));
	},
};
