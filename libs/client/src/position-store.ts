/**
 * Where a client keeps how far it has handled, over restarts of its process.
 *
 * Without one the bus's own record, the last acknowledged position, decides where a new process
 * starts. With one the application does not see again what it had handled but could not acknowledge
 * before it died. A store in the application's own database, written together with what the handler
 * does, makes the handling happen once.
 */
export interface PositionStore {
  /** @returns undefined where nothing was kept yet */
  load(): string | undefined | Promise<string | undefined>;
  /** Called after a message was handled and before it is acknowledged; never twice at once. */
  save(position: string): void | Promise<void>;
}

/** Keeps the position while the process lives. */
export function memoryPositionStore(position?: string): PositionStore {
  let kept = position;
  return {
    load: () => kept,
    save: (next) => {
      kept = next;
    },
  };
}

/** The part of the browser's `Storage` that is needed. */
export interface StringStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/** Keeps the position in `localStorage` or `sessionStorage`. */
export function storagePositionStore(storage: StringStorage, name: string): PositionStore {
  return {
    load: () => storage.getItem(name) ?? undefined,
    save: (position) => storage.setItem(name, position),
  };
}
