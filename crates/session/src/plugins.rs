//! Plug-ins in a session: its engine and its catalogue learn their functions.

use std::path::Path;
use std::sync::Arc;

use rhai::AST;

use super::Session;
use bioxen_lang::plugins::{self, Loaded};
use bioxen_lang::{LangError, engine};

impl Session {
    /// The plug-ins that are loaded.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lang::WorldOptions;
    /// use bioxen_session::Session;
    /// let options = WorldOptions { load: vec!["../../plugins/phage_t7".into()], ..WorldOptions::default() };
    /// let session = Session::new(options, Box::new(|_| {}))?;
    /// assert_eq!(session.plugins()[0].name(), "phage_t7");
    /// # Ok::<(), bioxen_lang::LangError>(())
    /// ```
    pub fn plugins(&self) -> Vec<Arc<Loaded>> {
        self.world.borrow().plugins.all().to_vec()
    }

    /// Reads the plug-in of a folder with all that belongs to the language, and loads nothing.
    ///
    /// # Errors
    /// When it is none, or something of it is wrong.
    pub fn read_plugin(&self, folder: &Path) -> Result<Loaded, LangError> {
        let plugin = bioxen_plugin::Plugin::read(folder)?;
        Loaded::of(&self.engine, Arc::new(plugin), Some(folder.to_owned()))
    }

    /// The engine has the functions of all plug-ins that are loaded.
    pub(super) fn meet_loaded(&mut self) {
        let loaded = self.plugins();
        self.meet(loaded);
    }

    /// The engine has those of the plug-ins, too, that a text loads by paths that it writes out: they can be called
    /// once they are loaded.
    pub(super) fn meet_plugins(&mut self, ast: &AST) {
        self.meet_loaded();
        let found = self.plugins_in(ast);
        self.meet(found);
    }

    /// The plug-ins that a text loads, as far as they can be loaded. What is wrong with the others is told where
    /// the text loads them.
    pub(super) fn plugins_in(&self, ast: &AST) -> Vec<Arc<Loaded>> {
        let mut all = Vec::new();
        let world = self.world.borrow();
        for path in plugins::written(&world.options, ast) {
            let found = plugins::found(&self.engine, &world.options, &world.plugins, &path);
            let found = found.ok().filter(|found| world.plugins.has_room_for(found));
            all.extend(found.into_iter().flatten());
        }
        all
    }

    fn meet(&mut self, all: Vec<Arc<Loaded>>) {
        let mut new = false;
        for loaded in all {
            if self.world.borrow_mut().plugins.meet(&loaded) {
                plugins::register(&mut self.engine, &loaded);
                let all = &mut self.texts.with_plugins;
                let all = all.get_or_insert_with(|| Arc::new(engine::catalogue().clone()));
                loaded.tell(Arc::make_mut(all));
                new = true;
            }
        }
        if new {
            self.tell_texts();
        }
    }

    /// Errors are told with what is known now.
    pub(super) fn tell_texts(&self) {
        let mut world = self.world.borrow_mut();
        world.wording.explain = Some(self.texts.explain());
        world.wording.written = Some(self.texts.written());
    }
}
