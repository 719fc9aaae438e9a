export { toHtml } from './html.ts';
export { toMarkdown } from './markdown.ts';
export { toSarif } from './sarif.ts';
export { toSbom } from './sbom.ts';
export { toTable } from './table.ts';
export { countWords } from './verdict.ts';
