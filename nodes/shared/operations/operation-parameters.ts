import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { Operation } from './operation';

/** The parameter Operation and the parameters of every operation, each shown for its own operation only. */
export function operationParameters(operations: readonly Operation[], first: string): INodeProperties[] {
	return [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			options: operations
				.map(({ name, value, action, description }) => ({ name, value, action, description }))
				.sort((one, other) => one.name.localeCompare(other.name, 'en')),
			default: first,
		},
		...operations.flatMap((operation) => operation.properties.map((property) => shownFor(property, operation.value))),
	];
}

function shownFor(property: INodeProperties, operation: string): INodeProperties {
	const displayOptions: IDisplayOptions = { ...property.displayOptions, show: { ...property.displayOptions?.show, operation: [operation] } };
	return { ...property, displayOptions };
}
