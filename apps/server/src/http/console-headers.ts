/**
 * What a page of the console may do: load scripts, styles, pictures and fonts of this node, and ask this node.
 *
 * Styles: the component library writes `<style>` elements with its variables and media queries; they carry the nonce of
 * the response. Style attributes in markup stay forbidden (`style-src-attr 'none'`): React sets styles through the CSSOM,
 * which no policy touches, and nothing is rendered on the server. `data:` pictures are icons within the library's styles.
 * `connect-src 'self'` allows WebSockets to this very host too (CSP 3, 6.7.2.8).
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "script-src-attr 'none'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A file opened by itself is looked at, and does nothing. */
export const FILE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** What comes with every answer of the console. */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
    // A browser that was told so never again asks this host by http: only an installation that is reached by https may say it.
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

/** A key is shown once and copied; of everything else that a browser would ask its user for, nothing is needed. */
const PERMISSIONS = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'camera',
  'clipboard-read',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .concat('clipboard-write=(self)')
  .join(', ');
