import { defineConfig } from 'vitest/config';

const ROOMS_WITH_A_PROJECT = ['test/integration/**', 'test/nodes/**', 'test/n8n-e2e/**'];
const NEVER = ['**/node_modules/**', 'dist/**', 'test/n8n/**'];

/**
 * Four projects, by what a test needs: nothing (unit), the embedded Exchange over HTTP (integration), n8n-core in this process (nodes),
 * a real n8n in a process of its own (n8n; one file at a time, because each starts a server).
 */
export default defineConfig({
	test: {
		watch: false,
		passWithNoTests: false,
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/**/*.test.mts', 'src/**/*.test.mts'],
					exclude: [...NEVER, ...ROOMS_WITH_A_PROJECT],
					testTimeout: 30_000,
					hookTimeout: 30_000,
				},
			},
			{
				test: {
					name: 'integration',
					include: ['test/integration/**/*.test.mts'],
					exclude: NEVER,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'nodes',
					include: ['test/nodes/**/*.test.mts'],
					exclude: NEVER,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'n8n',
					include: ['test/n8n-e2e/**/*.test.mts'],
					exclude: NEVER,
					pool: 'forks',
					fileParallelism: false,
					testTimeout: 180_000,
					hookTimeout: 240_000,
					teardownTimeout: 30_000,
				},
			},
		],
	},
});
