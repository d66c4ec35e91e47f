/** The tenant that the product is measured in. */
export const TENANT = 'bench';
