import type { Engine } from '../../engine.ts';
import type { LanguageFacts } from '../../facts.ts';
import { languageGroup } from '../../languages/detect-language.ts';
import { type FileLines, linesInspector } from './inspector.ts';

/** Counts files and lines by language, like cloc; it has facts only. */
export const linesEngine: Engine = {
  name: linesInspector.name,
  version: linesInspector.version,
  depth: linesInspector.depth,
  seesExcluded: true,
  headOnly: true,
  async run(tree, context) {
    const { results, coverage } = context.inspected<FileLines>(linesInspector.name);
    const byLanguage = new Map<string, LanguageFacts>();
    for (const { language, code, comment, blank } of results.values()) {
      const name = languageGroup(language);
      const sum = byLanguage.get(name) ?? { name, files: 0, code: 0, comment: 0, blank: 0 };
      sum.files += 1;
      sum.code += code;
      sum.comment += comment;
      sum.blank += blank;
      byLanguage.set(name, sum);
    }
    const languages = [...byLanguage.values()].sort((a, b) => b.code - a.code || (a.name < b.name ? -1 : 1));
    const nothingToRead = coverage.filesSeen === 0 && tree.files.length > 0 && coverage.complete;
    const reason = 'All files are binary: there was nothing to read, which does not mean that nothing is wrong.';
    return {
      findings: [],
      facts: { languages },
      coverage: nothingToRead ? { ...coverage, complete: false, reason } : coverage,
    };
  },
};
