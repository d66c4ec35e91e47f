import styles from './Links.module.css';

/** The words that are the same on both sides, in their order. */
export function SixWords({ words }: { readonly words: string }) {
  return (
    <ol className={styles.words}>
      {words.split(' ').map((word, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a word may come twice, and none ever moves
        <li key={index}>{word}</li>
      ))}
    </ol>
  );
}
