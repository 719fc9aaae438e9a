import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { isObject, type JsonObject } from '../json.ts';

const referencePrefix = '#/components/schemas/';

/**
 * Compiles the schemas of GitHub's OpenAPI 3.0 description with ajv. `nullable` becomes the type `null` of JSON Schema, `$ref` loses its
 * siblings as OpenAPI 3.0 requires, and component schemas are added on first use because all 969 would take seconds.
 */
export class SchemaCompiler {
  readonly #components: JsonObject;
  readonly #ajv: Ajv;
  readonly #added = new Set<string>();

  constructor(components: JsonObject, options: { coerce: boolean }) {
    this.#components = components;
    this.#ajv = new Ajv({ strict: false, allErrors: false, coerceTypes: options.coerce, validateFormats: true });
    addFormats.default(this.#ajv);
    for (const format of ['repo.nwo', 'timestamp', 'ssh-key', 'html']) this.#ajv.addFormat(format, true);
  }

  compile(schema: unknown): ValidateFunction {
    return this.#ajv.compile(this.#translate(schema));
  }

  /** Returns the errors of the last validation in one line. */
  explain(validate: ValidateFunction): string {
    return this.#ajv.errorsText(validate.errors, { dataVar: 'body', separator: '; ' });
  }

  #translate(schema: unknown): JsonObject {
    if (!isObject(schema)) return {};
    if (typeof schema.$ref === 'string') return { $ref: this.#component(schema.$ref) };
    const translated: JsonObject = {};
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'nullable' || key === 'example' || key === 'examples' || key === 'discriminator') continue;
      if (key === 'properties' && isObject(value)) {
        translated[key] = Object.fromEntries(
          Object.entries(value).map(([name, property]) => [name, this.#translate(property)]),
        );
      } else if (key === 'oneOf' || key === 'anyOf') {
        // Treat `oneOf` like `anyOf`, because alternatives in GitHub's description sometimes overlap and a value then matches several of
        // them.
        translated.anyOf = Array.isArray(value) ? value.map((one) => this.#translate(one)) : [];
      } else if (key === 'allOf') {
        translated.allOf = Array.isArray(value) ? value.map((one) => this.#translate(one)) : [];
      } else if (key === 'items' || key === 'not' || (key === 'additionalProperties' && isObject(value))) {
        translated[key] = this.#translate(value);
      } else {
        translated[key] = value;
      }
    }
    return schema.nullable === true ? { anyOf: [translated, { type: 'null' }] } : translated;
  }

  #component(reference: string): string {
    const name = reference.slice(referencePrefix.length);
    const id = `github:${name}`;
    if (!this.#added.has(id)) {
      this.#added.add(id);
      this.#ajv.addSchema(this.#translate(this.#components[name]), id);
    }
    return id;
  }
}
