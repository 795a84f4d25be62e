//! Parameters of a session.

use super::CheckpointError;
use super::read::Reader;
use super::record::{GivenRecord, ParametersRecord};
use super::write::Writer;
use crate::parameters::{Given, Parameters};

impl Writer<'_> {
    pub(super) fn parameters(
        &mut self,
        parameters: &Parameters,
    ) -> Result<ParametersRecord, CheckpointError> {
        let mut record = ParametersRecord::default();
        for (name, given) in parameters.all_given() {
            let given = match given {
                Given::Text(text) => GivenRecord::Text(text.clone()),
                Given::Value(value) => GivenRecord::Value(self.add(value.clone())?),
            };
            record.given.push((name.clone(), given));
        }
        for asked in parameters.asked() {
            record.asked.push(asked.clone().try_map(|value| self.add(value))?);
        }
        Ok(record)
    }
}

impl Reader<'_> {
    pub(super) fn parameters(
        &mut self,
        record: ParametersRecord,
    ) -> Result<Parameters, CheckpointError> {
        let mut given = Vec::new();
        for (name, value) in record.given {
            let value = match value {
                GivenRecord::Text(text) => Given::Text(text),
                GivenRecord::Value(place) => Given::Value(self.take(place)?),
            };
            given.push((name, value));
        }
        let asked = record.asked.into_iter().map(|one| one.try_map(|place| self.take(place)));
        Ok(Parameters::again(given, asked.collect::<Result<_, _>>()?))
    }
}
