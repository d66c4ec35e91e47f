/** How something is doing: chooses colours that are legible in both themes (console.css). */
export type Tone = 'good' | 'warning' | 'bad' | 'info' | 'neutral' | 'busy';
