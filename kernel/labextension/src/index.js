// Registers the language in JupyterLab and Notebook 7.
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { rhai } from './rhai';

/** The names to colour; they lie beside this extension, so that they can be renewed without building it. */
async function vocabulary() {
  const url = URLExt.join(PageConfig.getOption('fullLabextensionsUrl'), 'bioxen-lab', 'vocabulary.json');
  const response = await fetch(url);
  if (!response.ok) {
    console.warn(`bioxen-lab: ${url} answers ${response.status}; functions and genes stay plain`);
    return {};
  }
  return response.json();
}

export default {
  id: 'bioxen-lab:language',
  description: 'Colours of the BioXen process language.',
  autoStart: true,
  requires: [IEditorLanguageRegistry],
  activate: (_app, languages) => {
    languages.addLanguage({
      name: 'rhai',
      displayName: 'Rhai (BioXen)',
      mime: 'text/x-rhai',
      extensions: ['rhai'],
      load: async () => rhai(await vocabulary()),
    });
  },
};
