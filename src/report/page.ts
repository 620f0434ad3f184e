import { readAsset } from '../emit/handlebars.ts';
import { VERSION } from '../flow/version.ts';
import { type Html, html, raw } from './html.ts';

/** The page and its tables; then drawings and plots, and what a narrow page changes in all of it. */
const STYLES = ['templates/report/style.css', 'templates/report/drawings.css'];

/** One file that asks for nothing: styles and script are inside, and a policy forbids the network. */
export function page({ title, kind, content }: { title: string; kind: string; content: Html }): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title} · Sluice</title>
<link rel="icon" href="data:,">
<style>${raw(STYLES.map(readAsset).join(''))}</style>
</head>
<body>
<header><p class="brand">Sluice ${VERSION} · ${kind}</p><h1>${title}</h1></header>
<main>${content}</main>
<script>${raw(readAsset('templates/report/script.js'))}</script>
</body>
</html>
`.text;
}
