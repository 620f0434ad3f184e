import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

const ajv = new Ajv({ allErrors: true, strict: true });
const compiled = new WeakMap<object, ValidateFunction>();

/** What a JSON value breaks of a schema, one sentence each; empty when it conforms. */
export function schemaProblems(schema: TSchema, value: unknown): string[] {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map((e) => {
    const extra = 'additionalProperty' in e.params ? ` "${e.params['additionalProperty']}"` : '';
    const allowed = 'allowedValues' in e.params ? `: ${(e.params['allowedValues'] as unknown[]).join(', ')}` : '';
    return `${e.instancePath.slice(1).replaceAll('/', '.') || 'object'} ${e.message}${extra}${allowed}`;
  });
}
