import { mailboxXml } from '../properties/address.mts';
import { childText } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { failure, response, success } from './response.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation
registerOperation('ResolveNames', (request, context) => {
	const wanted = (childText(request, 'UnresolvedEntry') ?? '').toLowerCase().replace(/^smtp:/, '');
	const fault = context.itemFault(0);
	if (fault) return response('ResolveNames', [failure('ResolveNames', fault)]);
	const found = [...context.exchange.mailboxes.values()].filter(({ address, name }) => address.startsWith(wanted) || name.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)) || name.toLowerCase().startsWith(wanted));
	const set = element('m:ResolutionSet', found.slice(0, 100).map(({ address, name }) => element('t:Resolution', mailboxXml({ name, address, mailboxType: 'Mailbox' }))).join(''), { TotalItemsInView: found.length, IncludesLastItemInRange: found.length <= 100 });
	if (found.length === 0) return response('ResolveNames', [failure('ResolveNames', new EwsError('ErrorNameResolutionNoResults'))]);
	if (found.length > 1) return response('ResolveNames', [failure('ResolveNames', new EwsError('ErrorNameResolutionMultipleResults'), set)]);
	return response('ResolveNames', [success('ResolveNames', set)]);
});
