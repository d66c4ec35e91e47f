import { wordlist } from '@scure/bip39/wordlists/english.js';

const WORDS = 6;
const BITS = 11;

/**
 * Six words that people can compare by telephone: the first 66 bits of a hash, eleven a word, of the English list of BIP 39.
 * Its words differ in their first four letters.
 */
export function sixWords(hash: Uint8Array): string {
  const words: string[] = [];
  for (let word = 0; word < WORDS; word++) {
    let index = 0;
    for (let bit = word * BITS; bit < (word + 1) * BITS; bit++) index = (index << 1) | (((hash[bit >> 3] as number) >> (7 - (bit & 7))) & 1);
    words.push(wordlist[index] as string);
  }
  return words.join(' ');
}
