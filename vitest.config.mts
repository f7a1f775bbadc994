import { createRequire } from 'node:module';

import { defineConfig } from 'vitest/config';

const ROOMS_WITH_A_PROJECT = ['test/integration/**', 'test/nodes/**', 'test/n8n-e2e/**', 'test/browser/**'];
/** The ESM build of n8n-workflow names files without their endings, which Node refuses; n8n itself loads the CommonJS one. */
const alias = { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') };
const NEVER = ['**/node_modules/**', 'dist/**', 'test/n8n/**'];

/**
 * Four projects, by what a test needs: nothing (unit), the embedded Exchange over HTTP (integration), n8n-core in this process (nodes),
 * a real n8n in a process of its own, with a browser where there is one (n8n; one file at a time, because each starts a server).
 */
export default defineConfig({
	test: {
		watch: false,
		passWithNoTests: false,
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'unit',
					include: ['test/**/*.test.mts', 'src/**/*.test.mts'],
					exclude: [...NEVER, ...ROOMS_WITH_A_PROJECT],
					testTimeout: 30_000,
					hookTimeout: 30_000,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'integration',
					include: ['test/integration/**/*.test.mts'],
					exclude: NEVER,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'nodes',
					include: ['test/nodes/**/*.test.mts'],
					exclude: NEVER,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'n8n',
					include: ['test/n8n-e2e/**/*.test.mts', 'test/browser/**/*.test.mts'],
					exclude: NEVER,
					pool: 'forks',
					fileParallelism: false,
					testTimeout: 180_000,
					hookTimeout: 240_000,
				},
			},
		],
	},
});
