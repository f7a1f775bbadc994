/** Sets a key as the newest of a map that keeps so many at most; the oldest goes. */
export function rememberNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
	map.delete(key);
	map.set(key, value);
	for (const oldest of map.keys()) {
		if (map.size <= most) break;
		map.delete(oldest);
	}
}
