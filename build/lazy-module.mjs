/**
 * A module that stands where a bundle is imported: its exports are getters, the first of which to be read loads the bundle.
 *
 * @param load expression that gives the bundle's exports
 */
export const lazyModule = (load, names) => `
let loaded;
const load = () => (loaded ??= ${load});
exports.__esModule = true;
${names.map((name) => `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => load()['${name}'] });`).join('\n')}
`;
