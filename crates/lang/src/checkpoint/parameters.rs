//! Parameters of a session.

use super::CheckpointError;
use super::read::Reader;
use super::record::{AskedRecord, GivenRecord, ParametersRecord, Place};
use super::write::Writer;
use crate::parameters::{Asked, Declaration, Given, Limits, Parameters};
use rhai::Dynamic;

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
        for Asked { declaration, value, is_set } in parameters.asked() {
            let Declaration { name, kind, default, limits, unit, help, choices } =
                declaration.clone();
            let choices = choices.into_iter().map(|choice| self.add(choice));
            record.asked.push(AskedRecord {
                choices: choices.collect::<Result<_, _>>()?,
                default: self.add(default)?,
                min: limits.min.map(|min| self.add(min)).transpose()?,
                max: limits.max.map(|max| self.add(max)).transpose()?,
                value: self.add(value.clone())?,
                is_set: *is_set,
                name,
                kind,
                unit,
                help,
            });
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
        let mut asked = Vec::new();
        for one in record.asked {
            let mut take = |place: Place| self.take(place);
            let declaration = Declaration {
                default: take(one.default)?,
                limits: Limits {
                    min: one.min.map(&mut take).transpose()?,
                    max: one.max.map(&mut take).transpose()?,
                },
                choices: one.choices.into_iter().map(&mut take).collect::<Result<_, _>>()?,
                name: one.name,
                kind: one.kind,
                unit: one.unit,
                help: one.help,
            };
            let value: Dynamic = take(one.value)?;
            asked.push(Asked { declaration, value, is_set: one.is_set });
        }
        Ok(Parameters::again(given, asked))
    }
}
