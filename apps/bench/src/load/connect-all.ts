/** Opens connections 0 to `count` - 1, so many at once; throws the first failure. */
export async function connectAll<T>(count: number, connect: (index: number) => Promise<T>, atOnce = 200): Promise<T[]> {
  const connections: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      connections[index] = await connect(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return connections;
}
