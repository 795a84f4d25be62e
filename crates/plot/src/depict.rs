//! What all kinds of pictures have in common: they become shapes, and these are written.

use crate::canvas::Picture;
use crate::{Options, PlotError};
use bioxen_engine::StopToken;

/// A kind of picture.
pub(crate) trait Depict {
    /// The picture as shapes, unless `stop` is set meanwhile.
    fn picture(&self, options: &Options, stop: &StopToken) -> Result<Picture, PlotError>;

    fn svg(&self, options: &Options) -> Result<String, PlotError> {
        Ok(self.picture(options, &StopToken::new())?.svg(options))
    }

    fn png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        self.picture(options, &StopToken::new())?.png(options)
    }
}
