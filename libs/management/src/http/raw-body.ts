const bodies = new WeakMap<object, Buffer>();

/** Keeps a JSON body as it came, for as long as its request lives: what is passed on leaves byte for byte as it was sent. */
export function keepBody(request: object, body: Buffer): void {
  bodies.set(request, body);
}

/** The text of the JSON body that was read of this request; undefined where it had none. */
export function bodyTextOf(request: object): string | undefined {
  return bodies.get(request)?.toString();
}
