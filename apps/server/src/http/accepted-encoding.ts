/**
 * The encoding to answer with: of those that the caller takes with the greatest weight, the first of ours.
 *
 * @param header `Accept-Encoding` (RFC 9110, 12.5.3)
 * @returns undefined: as it is
 */
export function acceptedEncoding<Encoding extends string>(header: string | undefined, ours: readonly Encoding[]): Encoding | undefined {
  const weights = readWeights(header ?? '');
  let best: Encoding | undefined;
  let bestWeight = 0;
  for (const encoding of ours) {
    const weight = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (weight > bestWeight) [best, bestWeight] = [encoding, weight];
  }
  return best;
}

function readWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    if (name !== '' && weight >= 0 && weight <= 1) weights.set(name, weight);
  }
  return weights;
}
