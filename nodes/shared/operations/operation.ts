import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Connector } from '../../../src/connector/Connector';

/** What an operation works with. */
export interface OperationCall {
	functions: IExecuteFunctions;
	connector: Connector;
	/** Number of input items. */
	itemCount: number;
}

/** Which output an answer goes to, where the builder has separated them. */
export type AnswerRoute = 'synced' | 'skipped' | 'failed' | 'conflicts';

/** What an operation has to say about one input item; an item may have several answers or none. */
export type ItemAnswer = { item: number; json: IDataObject; binary?: IBinaryKeyData; route?: AnswerRoute } | { item: number; error: unknown };

/** One operation of an action node. */
export interface Operation {
	/** Value of the parameter Operation. */
	value: string;
	/** Shown in the list of operations. */
	name: string;
	/** Shown in n8n's node panel, e.g. "Sync an email". */
	action: string;
	description: string;
	/** Its own parameters; when they are shown is added by {@link operationParameters}. */
	properties: INodeProperties[];
	/**
	 * Works on all input items at once, so that requests can be shared. What concerns one item is an answer with `error`; what is thrown concerns
	 * them all.
	 */
	run(call: OperationCall): Promise<ItemAnswer[]>;
	/**
	 * It answers by itself where the connector is switched off (rule `connector-inactive`), for each item with the ids of its record and its mailbox, by
	 * which a workflow notes the outcome.
	 */
	answersWhenInactive?: true;
}
