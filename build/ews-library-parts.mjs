// ews-javascript-api is three megabytes that take a tenth of a second to load. What the product sends goes through its service, its requests, its
// writer and its responses (src/ews/operations/wire-request.ts); its item objects, their schemas, Autodiscover (but for its DNS client), streaming and the rest of its requests are never reached.
// The bundle has what is reached. Whatever else is asked for in a process fails with the name of the module that is not there.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const EWS_LIBRARY = 'ews-javascript-api';

/** Where the names come from that the sources use of the library. */
const MODULES = {
	'Autodiscover/AutodiscoverDnsClient': ['AutodiscoverDnsClient'],
	'Core/ExchangeService': ['ExchangeService'],
	'Core/ExchangeServiceBase': ['ExchangeServiceBase'],
	'Core/EwsServiceXmlWriter': ['EwsServiceXmlWriter'],
	'Core/Requests/SimpleServiceRequestBase': ['SimpleServiceRequestBase'],
	'Core/Requests/MultiResponseServiceRequest': ['MultiResponseServiceRequest'],
	'Core/Responses/ServiceResponse': ['ServiceResponse'],
	'Core/Responses/ServiceResponseCollection': ['ServiceResponseCollection'],
	'Credentials/WebCredentials': ['WebCredentials'],
	'Misc/ImpersonatedUserId': ['ImpersonatedUserId'],
	'Enumerations/ConnectingIdType': ['ConnectingIdType'],
	'Enumerations/ExchangeVersion': ['ExchangeVersion'],
	'Enumerations/ServiceErrorHandling': ['ServiceErrorHandling'],
	'Enumerations/XmlNamespace': ['XmlNamespace'],
	ExtensionMethods: ['DOMParser', 'xml2JsObject'],
	TimeZoneInfo: ['TimeZoneInfo'],
	Uri: ['Uri'],
};
/** Of these the others make no use on the way of a request. */
const LEFT_OUT = [
	'ComplexProperties/TimeZones/TimeZoneDefinition',
	'Core/ServiceObjects/Schemas/ServiceObjectSchema',
	'DateTime',
	'PropertyDefinitions/ExtendedPropertyDefinition',
	'PropertyDefinitions/IndexedPropertyDefinition',
	'TimeSpan',
];
/** Times and zones are written and read by src/ews/mapping; the library's service only wants to be told a zone. */
const ZONE = `exports.TimeZoneInfo = class TimeZoneInfo { static Utc = new TimeZoneInfo(); static Local = TimeZoneInfo.Utc; };`;
/** Requires all of the library; what the others do not require as well is left out. */
const REQUIRES_ALL = 'Core/ExchangeService';

export const ewsLibraryEntry = Object.entries(MODULES).map(([path, names]) => `export { ${names.join(', ')} } from '${EWS_LIBRARY}/js/${path}.js';`).join('\n');

export function partsOfEwsLibrary(root) {
	const library = join(root, 'node_modules', EWS_LIBRARY, 'js');
	const kept = reached(library);
	return {
		name: 'parts-of-ews-library',
		setup(bundling) {
			const absent = (what) => ({ path: what, namespace: 'absent' });
			bundling.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
				const file = resolve(resolveDir, path).replace(/\.js$/, '');
				return resolveDir.startsWith(library) && !kept.has(file) ? absent(`${EWS_LIBRARY}/js/${relative(library, file)}`) : undefined;
			});
			// The transport is the connector's own, and answers are read by src/ews/library/soap-object-reader.ts.
			bundling.onResolve({ filter: /^@ewsjs\/xhr$/ }, () => absent('@ewsjs/xhr'));
			bundling.onResolve({ filter: /^@xmldom\/xmldom$/ }, () => ({ path: 'no-parser', namespace: 'no-parser' }));
			bundling.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({ contents: absentModule(path), loader: 'js' }));
			bundling.onLoad({ filter: /.*/, namespace: 'no-parser' }, () => ({ contents: NO_PARSER, loader: 'js' }));
			bundling.onLoad({ filter: /[\\/]js[\\/]TimeZoneInfo\.js$/ }, () => ({ contents: ZONE, loader: 'js' }));
		},
	};
}

/** Every module that is needed by those above, without extension. */
function reached(library) {
	const leftOut = new Set(LEFT_OUT.map((path) => join(library, path)));
	const kept = new Set();
	const keep = (file) => {
		if (kept.has(file) || leftOut.has(file)) return;
		kept.add(file);
		if (file === join(library, REQUIRES_ALL) || file === join(library, 'TimeZoneInfo')) return;
		for (const [, path] of readFileSync(`${file}.js`, 'utf8').matchAll(/\brequire\("(\.[^"]*)"\)/g)) keep(resolve(dirname(file), path));
	};
	for (const path of Object.keys(MODULES)) keep(join(library, path));
	return kept;
}

const absentModule = (path) => `
module.exports = new Proxy({}, {
	get(_, name) {
		if (name === '__esModule') return true;
		throw new Error('${path} is not part of the bundle, but its ' + String(name) + ' is asked for');
	},
});
`;

const NO_PARSER = `exports.DOMParser = class DOMParser { parseFromString() { throw new Error('@xmldom/xmldom is not part of the bundle'); } };`;
