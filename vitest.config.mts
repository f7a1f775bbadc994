import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

const ROOMS_WITH_A_PROJECT = ['test/integration/**', 'test/nodes/**', 'test/n8n-e2e/**', 'test/browser/**'];
/** The ESM build of n8n-workflow names files without their endings, which Node refuses; n8n itself loads the CommonJS one. */
const alias = { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') };
/** Every request and every answer of each embedded Exchange is validated, in all projects. */
const setupFiles = ['test/exchange-server/validation/gate.mts'];
/** A ceiling for what hangs, not a measure: beside other work a test may take many times its own time. */
const PATIENCE = { testTimeout: 180_000, hookTimeout: 180_000 } as const;
const NEVER = ['**/node_modules/**', 'dist/**', 'test/n8n/**'];

/**
 * Modules are loaded once per worker instead of once per file: loading them would be a third of all the time. What the product keeps in its process
 * (connections, pauses, refused logons) stands under the address of a server, and each test's server has one that no other server of the worker had.
 */
const SHARED_MODULES = { isolate: false } as const;

/**
 * Four projects: rooms of the code, and the embedded Exchange itself (unit), the whole connector against the embedded Exchange (integration), n8n-core in this process (nodes),
 * a real n8n in a process of its own, with a browser where there is one (n8n; two files at a time, because each starts a server).
 */
export default defineConfig({
	test: {
		watch: false,
		// To transform the modules anew is a tenth of a quick look's processor time.
		experimental: { fsModuleCache: true },
		passWithNoTests: false,
		// One more than there are cores: many tests wait for a server that stalls, or for a pause that has to be kept.
		maxWorkers: availableParallelism() + 1,
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'unit',
					setupFiles,
					...SHARED_MODULES,
					include: ['test/**/*.test.mts'],
					exclude: [...NEVER, ...ROOMS_WITH_A_PROJECT],
					...PATIENCE,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'integration',
					setupFiles,
					...SHARED_MODULES,
					include: ['test/integration/**/*.test.mts'],
					exclude: NEVER,
					...PATIENCE,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'nodes',
					setupFiles,
					include: ['test/nodes/**/*.test.mts'],
					exclude: NEVER,
					...PATIENCE,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'n8n',
					setupFiles,
					globalSetup: ['test/n8n-harness/prepare.mts'],
					include: ['test/n8n-e2e/**/*.test.mts', 'test/browser/**/*.test.mts'],
					exclude: NEVER,
					pool: 'forks',
					// What an editor shows is waited for as patiently as its own locators do; a second is not enough beside other work.
					expect: { poll: { timeout: 30_000 } },
					// Each has an n8n of its own, which waits more than it works.
					maxWorkers: 2,
					sequence: { groupOrder: 1 },
					testTimeout: 180_000,
					hookTimeout: 240_000,
				},
			},
		],
	},
});
