/** Something that sends one message after another, so many in flight. */
export interface Publisher {
  /** Sends until it is over; resolves when everything in flight was answered. Throws what the server refused. */
  run(isOver: () => boolean): Promise<void>;
}
