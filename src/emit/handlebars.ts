/** The one place that loads templates. They only instantiate, wire and configure; every decision is made before. */
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

/** The package root: `src/emit` and `dist/emit` both lie two levels below it. */
const ROOT = new URL('../../', import.meta.url);

/** A text file of the package, by its path from the package root, such as `templates/verilog/lib/sluice_fifo.v`. */
export function readAsset(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

const compiled = new Map<string, HandlebarsTemplateDelegate>();

/** Renders `templates/<name>.hbs`. A field that the template names and the data lack is an error. */
export function render(name: string, data: object): string {
  let template = compiled.get(name);
  if (!template) {
    template = Handlebars.compile(readAsset(`templates/${name}.hbs`), { strict: true, noEscape: true });
    compiled.set(name, template);
  }
  return template(data);
}
