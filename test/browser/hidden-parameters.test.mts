import type { INodeTypeDescription } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';

/**
 * Parameters that n8n's editor hides, as seen in 2.41: a parameter that a credential's `displayOptions` name counts as part of the authentication, and
 * everything that its own `displayOptions` name goes into the credential dialog with it. A name that begins with `/` is not looked at by that.
 */
function hiddenParameters({ credentials, properties }: INodeTypeDescription): string[] {
	const ofAuthentication = (credentials ?? []).flatMap(({ displayOptions }) => Object.keys(displayOptions?.show ?? {}));
	const authentication = properties.filter(({ name }) => ofAuthentication.includes(name));
	return properties.map(({ name }) => name).filter((name) => authentication.some(({ displayOptions }) => name in (displayOptions?.show ?? {})));
}

describe('n8n’s editor hides no parameter', () => {
	it.each([new ExchangeTrigger(), new ExchangeEmail(), new ExchangeAppointment(), new ExchangeTask()])('of $description.displayName', ({ description }) => {
		expect(hiddenParameters(description)).toEqual([]);
	});

	it.each([new ExchangeTrigger(), new ExchangeEmail(), new ExchangeAppointment(), new ExchangeTask()])('and shows the credential of $description.displayName first', ({ description }) => {
		// The credential stands where the last parameter is that a credential's displayOptions name.
		const named = new Set((description.credentials ?? []).flatMap(({ displayOptions }) => Object.keys(displayOptions?.show ?? {})));
		expect(description.properties.map(({ name }) => name).filter((name) => named.has(name))).toEqual(['authentication']);
	});
});
