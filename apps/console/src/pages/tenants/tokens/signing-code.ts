interface Signing {
  readonly tenant: string;
  readonly installation: string;
  readonly algorithms: readonly string[];
  readonly keyId: string | undefined;
}

/** How a backend in TypeScript signs a token that this tenant takes. */
export function signingCode({ tenant, installation, algorithms, keyId }: Signing): string {
  const algorithm = algorithms.find((one) => one !== 'HS256') ?? algorithms[0] ?? 'HS256';
  const shared = algorithm === 'HS256';
  const header = keyId === undefined ? `{ alg: '${algorithm}' }` : `{ alg: '${algorithm}', kid: ${JSON.stringify(keyId)} }`;
  return [
    shared ? "import { SignJWT } from 'jose';" : "import { importPKCS8, SignJWT } from 'jose';",
    '',
    shared
      ? 'const key = new TextEncoder().encode(process.env.VESTNIK_JWT_SECRET);'
      : `const key = await importPKCS8(process.env.VESTNIK_JWT_PRIVATE_KEY, '${algorithm}');`,
    '',
    '// Takes who the user is from your own session, never from the request.',
    'const token = await new SignJWT({})',
    `  .setProtectedHeader(${header})`,
    `  .setAudience('${tenant}.${installation}')`,
    "  .setSubject('ivanov')",
    '  .setIssuedAt()',
    "  .setExpirationTime('1h')",
    '  .sign(key);',
  ].join('\n');
}
