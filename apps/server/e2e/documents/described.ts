import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Node = { readonly [member: string]: unknown };

/** Says what is wrong with a value; empty where it fits. */
export type Check = (value: unknown) => readonly string[];

/**
 * The schemas of a served document, to check by what the server really answers.
 *
 * Documents let answers grow. Here they must not: what is answered and stands nowhere in the document is a fault of it.
 */
export class DescribedSchemas {
  private readonly ajv: Ajv;

  /** @param dialect which JSON Schema the document speaks */
  constructor(document: Node, dialect: '2020-12' | 'draft-7') {
    const options = { strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true, allErrors: true } as const;
    this.ajv = dialect === 'draft-7' ? new Ajv(options) : (new Ajv2020(options) as unknown as Ajv);
    formats.default(this.ajv);
    this.ajv.addVocabulary(['components']);
    const { schemas } = document.components as { schemas: Node };
    this.ajv.addSchema({ $id: 'document', components: { schemas: closed(schemas) as Node } });
  }

  check(schema: unknown): Check {
    const validate = this.ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/')) as object);
    return (value) =>
      validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  }
}

/** Problems carry what helps with them; their members are open by the standard. */
const OPEN = new Set(['Problem', 'RpcError', 'Notice', 'CloudEvent', 'RpcAnswer', 'RpcCall']);

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, member]) => {
    // What is named by the document as a value is no schema.
    if (name === 'enum' || name === 'const' || name === 'required' || name === 'examples' || name === 'default' || OPEN.has(name)) return [name, member];
    return [name, closed(member)];
  });
  const { type, properties, additionalProperties } = schema as Node;
  if (type === 'object' && typeof properties === 'object' && additionalProperties === undefined) entries.push(['additionalProperties', false]);
  return Object.fromEntries(entries);
}
