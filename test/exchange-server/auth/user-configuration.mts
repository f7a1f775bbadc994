import { EwsError } from '../operations/errors.mts';
import { registerOperation } from '../operations/registry.mts';
import { eachItem, success } from '../operations/response.mts';
import { folderIdXml, folderIn } from '../operations/targets.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { child } from '../xml/element.mts';
import { element, leaf } from '../xml/write.mts';

const OPTIONS = 'OWA.UserOptions';
const zones = new WeakMap<Mailbox, string>();

/** Sets the zone a mailbox shows its calendar in, by its Windows id, as the owner does in Outlook on the web. */
export function setMailboxTimeZone(mailbox: Mailbox, windowsZone: string): void {
	zones.set(mailbox, windowsZone);
}

function entry(key: string, value: string): string {
	const text = leaf('t:Type', 'String');
	return element('t:DictionaryEntry', element('t:DictionaryKey', text + leaf('t:Value', key)) + element('t:DictionaryValue', text + leaf('t:Value', value)));
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserconfiguration-operation
registerOperation('GetUserConfiguration', (request, context) =>
	eachItem('GetUserConfiguration', [request], context, () => {
		const name = child(request, 'UserConfigurationName');
		const { mailbox, folder } = folderIn(name, context);
		const zone = zones.get(mailbox);
		// A mailbox whose owner never opened Outlook on the web has no such item.
		if (name?.attributes.Name !== OPTIONS || folder.distinguished !== 'root' || zone === undefined) throw new EwsError('ErrorItemNotFound');
		const named = element('t:UserConfigurationName', folderIdXml(mailbox, folder), { Name: OPTIONS });
		const dictionary = element('t:Dictionary', entry('timezone', zone) + entry('timeformat', 'HH:mm') + entry('dateformat', 'dd.MM.yyyy'));
		return success('GetUserConfiguration', element('m:UserConfiguration', named + dictionary));
	}),
);
