import { LIMITS } from './limits.js';

/** A DNS label (RFC 1123): how installations and tenants are named. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Letters (with their marks), digits, space, `.`, `_`, `-`. */
const NAME = /^[\p{L}\p{M}\p{Nd} ._-]+$/u;
const LEVELS = /^[\p{L}\p{M}\p{Nd} ._/-]+$/u;
const PLAIN = /^[A-Za-z0-9_-]{1,128}$/;

/** `type` of a message: also what a method of a call may be. */
const TYPE = /^[A-Za-z0-9._/-]{1,128}$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what looks for them
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

export function isType(text: string): boolean {
  return TYPE.test(text);
}

/** The bus's own names and types begin with `vestnik`. */
export function isReserved(name: string): boolean {
  return name.startsWith('vestnik');
}

/**
 * Brings the name of a client or device to NFC.
 *
 * @returns the name, or undefined if it is not one: 1 to 128 code points of letters, digits,
 *   space, `.`, `_`, `-`; not only dots; no space at either end
 */
export function readName(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  return readWith(NAME, text);
}

/** As {@link readName}, with `/` between the levels of a topic; no level is empty. */
export function readTopic(text: string): string | undefined {
  const topic = readWith(LEVELS, text);
  if (topic === undefined) return undefined;
  return topic.split('/').every((level) => level !== '' && level.trim() === level && !/^\.+$/.test(level)) ? topic : undefined;
}

function readWith(pattern: RegExp, text: string): string | undefined {
  const name = text.normalize('NFC');
  if (!pattern.test(name) || name.startsWith(' ') || name.endsWith(' ') || /^\.+$/.test(name)) return undefined;
  return name.length <= LIMITS.nameCodePoints || [...name].length <= LIMITS.nameCodePoints ? name : undefined;
}

/** Whether the bus can keep this string: no control characters and no lone surrogates. */
export function isKeepable(text: string): boolean {
  return !CONTROL.test(text) && text.isWellFormed();
}
