import { ActionIcon, type CSSVariablesResolver, createTheme, type MantineColorsTuple, Modal, Paper, Table, Tooltip } from '@mantine/core';

/** Petrol: the colour of the console. White text on shade 6 has a contrast of 5.2. */
const petrol: MantineColorsTuple = ['#e8f4f6', '#d3e7eb', '#a6d0d8', '#77b8c4', '#56a6b5', '#3a94a5', '#157487', '#116576', '#0d5261', '#083f4b'];

/** Greys of the dark theme, a little blue so that they go with petrol. */
const dark: MantineColorsTuple = ['#d7dee3', '#bcc6cd', '#9aa7b1', '#75838e', '#48565f', '#35424b', '#28343c', '#161e24', '#11181d', '#0b1115'];

/** Greys of the light theme. */
const gray: MantineColorsTuple = ['#f6f8f9', '#eef2f4', '#e2e8eb', '#d3dbdf', '#bcc7cd', '#93a1a9', '#687781', '#4c5a63', '#323e46', '#1e282e'];

const SYSTEM = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace';

/** The look of the console: chosen here once. No font is fetched from anywhere. */
export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 6, dark: 6 },
  colors: { petrol, dark, gray },
  black: '#1e282e',
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '11px', xl: '18px' },
  fontFamily: SYSTEM,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontFamily: SYSTEM,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.4rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 8, horizontalSpacing: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250, multiline: true, events: { hover: true, focus: true, touch: true } } }),
  },
});

/** Where Mantine's own greys are too pale for small text: 4.5 to 1 at least, in both themes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#55646d',
    '--mantine-color-placeholder': '#5f6e77',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#0f6a7c',
    '--mantine-color-default-border': '#d3dbdf',
  },
  dark: {
    '--mantine-color-body': '#161e24',
    '--mantine-color-dimmed': '#a3b0b9',
    '--mantine-color-placeholder': '#93a1ab',
    '--mantine-color-error': '#ff8f85',
    '--mantine-color-anchor': '#74c2d0',
    '--mantine-color-default-border': '#35424b',
  },
});
