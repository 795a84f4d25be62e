//! A plate as the instrument wrote it, against rates that another program calculated; see `data/README.md`.

#![allow(clippy::unwrap_used)]

use bioxen_table::plate::{GrowthOptions, Layout, Plate, PlateOptions, Weights};
use bioxen_table::{Aggregate, CsvOptions, Join, Statistic, Table};

const MEASURED: &[u8] = include_bytes!("data/burden.measurements.csv");
const LAYOUT: &[u8] = include_bytes!("data/burden.layout.csv");
const RATES: &[u8] = include_bytes!("data/burden.rates.csv");

fn plate() -> Plate {
    let read = Plate::read(MEASURED, &PlateOptions::default()).unwrap();
    let remarks = read.remarks.join("\n");
    assert!(remarks.contains("OD660, GFP, RFP"), "{remarks}");
    assert!(remarks.contains("Latin-1"), "{remarks}");
    read.plate.with_layout(&Layout::from_csv(LAYOUT).unwrap()).unwrap()
}

#[test]
fn blocks_channels_and_wells_are_found() {
    let plate = plate();
    assert_eq!((plate.times().len(), plate.wells().len()), (26, 96));
    let names: Vec<&str> = plate.channels().iter().map(|c| c.name()).collect();
    assert_eq!(names, ["OD660", "GFP", "RFP"]);
    let well = |name| bioxen_table::plate::Well::parse(name).unwrap();
    assert_eq!(plate.values("OD660", well("A1")).unwrap()[0], 0.0845);
    assert_eq!(plate.values("GFP", well("A2")).unwrap()[0], 5652.0);
    assert_eq!(plate.layout().wells().filter(|w| plate.layout().is_blank(*w)).count(), 5);
    let table = plate.table().unwrap();
    assert_eq!(table.rows(), 26 * 96);
    let mut remarks = Vec::new();
    let back = Plate::from_table(&table, &mut remarks).unwrap();
    assert_eq!(back.wells(), plate.wells());
    assert!(remarks.is_empty(), "{remarks:?}");
}

#[test]
fn rates_are_those_of_another_program() {
    let plate = plate().blank_subtracted().unwrap().equalised(None, 1.0).unwrap();
    let options =
        GrowthOptions { window: 9, min_od: 0.03, weights: Weights::DensitySquared, channel: None };
    let mean = |table: Table| {
        let mean = Aggregate::new("rate", Statistic::Mean);
        let all = [
            mean.clone(),
            Aggregate::new("rate", Statistic::Sd),
            Aggregate::new("rate", Statistic::Count),
        ];
        table.group(&["strain"]).unwrap().aggregate(&all).unwrap()
    };
    let growth = mean(plate.growth_table(&plate.growth(&options).unwrap()).unwrap());
    let gfp = plate.production_rates("GFP", 9, 0.03).unwrap();
    let gfp = mean(plate.production_table(&gfp).unwrap());
    let known = Table::from_csv(RATES, &CsvOptions::default()).unwrap().table;
    let both = known.join(&growth, &["strain"], Join::Inner, "_g").unwrap();
    let both = both.join(&gfp, &["strain"], Join::Inner, "_p").unwrap();
    assert_eq!(both.rows(), 23);
    let mut apart = Vec::new();
    for row in both.iter() {
        let number = |name| row.get(name).number().unwrap();
        assert_eq!(number("wells"), number("rate_count"), "{:?}", row.get("strain"));
        let growth = number("rate_mean") / number("growth") - 1.0;
        assert!(growth.abs() < 0.02, "{:?}: {growth}", row.get("strain"));
        // Slow strains make GFP fastest after the excerpt ends.
        let gfp = number("rate_mean_p") / number("gfp_rate") - 1.0;
        assert!(number("growth") < 1.0 || gfp.abs() < 0.02, "{:?}: {gfp}", row.get("strain"));
        apart.push(growth);
    }
    assert!(bioxen_table::statistics::mean(&apart).abs() < 0.01);
}

#[test]
fn replicates_are_put_together() {
    let by = plate().by("strain").unwrap();
    let strains = by.unique(&["strain"]).unwrap().rows();
    assert_eq!((strains, by.rows()), (24, 24 * 26));
    let row = by
        .filter(|r| r.get("strain").text() == Some("BB105") && r.get("time").number() == Some(0.0));
    assert_eq!(row.cell(0, "OD660_n").unwrap().number(), Some(4.0));
    let wells = ["C1", "D7", "F3", "G9"].map(|w| bioxen_table::plate::Well::parse(w).unwrap());
    let first: Vec<f64> = wells.iter().map(|w| plate().values("OD660", *w).unwrap()[0]).collect();
    let mean = row.cell(0, "OD660_mean").unwrap().number().unwrap();
    assert!((mean - bioxen_table::statistics::mean(&first)).abs() < 1e-12);
    assert_eq!(
        plate().by("strian").unwrap_err().to_string(),
        "unknown column `strian` (did you mean `strain`?); valid: include, strain, isolate, description"
    );
}
