use proptest::prelude::*;

use super::*;

fn read(text: &str) -> PlateRead {
    Plate::read(text.as_bytes(), &PlateOptions::default()).unwrap()
}

fn wrong(text: &str) -> String {
    Plate::read(text.as_bytes(), &PlateOptions::default()).unwrap_err().to_string()
}

fn well(name: &str) -> Well {
    Well::parse(name).unwrap()
}

const BIOTEK: &str = "Software Version,3.11\n\nResults\n\nOD:600\n\nTime,T° OD:600,A1,A2,B1\n\
    0:00:00,37.0,0.10,0.20,OVRFLW\n0:10:00,37.0,0.20,0.30,0.40\n0:00:00,,,,\n\nGFP\n\nTime,T° GFP,A1,A2,B1\n\
    0:00:00,37.0,10,20,30\n0:10:00,37.0,20,30,40\n";

#[test]
fn wells_across_with_titles() {
    let PlateRead { plate, remarks } = read(BIOTEK);
    assert_eq!(plate.times(), [0.0, 600.0]);
    assert_eq!(plate.wells(), [well("A1"), well("A2"), well("B1")]);
    assert_eq!(plate.values("OD:600", well("A2")).unwrap(), [0.2, 0.3]);
    assert_eq!(plate.values("GFP", well("B1")).unwrap(), [30.0, 40.0]);
    assert!(plate.values("OD:600", well("B1")).unwrap()[0].is_nan());
    assert!(remarks.iter().any(|r| r.contains("1 signal was above")), "{remarks:?}");
    assert_eq!(plate.density().unwrap().name(), "OD:600");
}

#[test]
fn wells_down_with_cycles() {
    let text = "OD600\nCycle Nr.;1;2;3\nTime [s];0;600;1200\nTemp. [°C];37,1;37;37\nA1;0,1;0,2;0,4\nA2;1,5;NA;2\n\nLabel: x\n";
    let PlateRead { plate, remarks } = read(text);
    assert_eq!(plate.times(), [0.0, 600.0, 1200.0]);
    assert_eq!(plate.values("OD600", well("A1")).unwrap(), [0.1, 0.2, 0.4]);
    assert!(remarks.iter().any(|r| r.contains("decimal comma")), "{remarks:?}");
}

#[test]
fn minutes_and_seconds() {
    let text = "##BLOCKS= 1\nTime(hh:mm:ss),Temperature(°C),A1,A2\n0:00,30,1,2\n0:05,30,2,3\n1:00:00,30,3,4\n";
    let PlateRead { plate, remarks } = read(text);
    assert_eq!(plate.times(), [0.0, 5.0, 3600.0]);
    assert!(
        remarks.iter().any(|r| r == "Times such as `0:00` are minutes and seconds."),
        "{remarks:?}"
    );
    assert!(remarks.iter().any(|r| r.contains("`channel 1`")), "{remarks:?}");
}

#[test]
fn names_of_channels_are_given_or_found() {
    let text = "0s,1,2,3,4,5,6\n10s,2,3,4,5,6,7\n0s,1,2,3,4,5,6\n10s,2,3,4,5,6,7\n";
    assert_eq!(read(text).plate.channels()[1].name(), "channel 2");
    let options =
        PlateOptions { channels: Some(vec!["OD".into(), "RFP".into()]), ..PlateOptions::default() };
    assert_eq!(Plate::read(text.as_bytes(), &options).unwrap().plate.channels()[1].name(), "RFP");
    let options = PlateOptions { channels: Some(vec!["OD".into()]), ..PlateOptions::default() };
    let error = Plate::read(text.as_bytes(), &options).unwrap_err().to_string();
    assert_eq!(error, "`channels` has 1 name, but the file has 2 blocks");
}

#[test]
fn what_is_wrong_with_an_export_is_said() {
    for (text, part) in [
        ("a,b\n1,2\n", "no block of values over time was found"),
        ("Time [s],A1,A2\n0,1,2\n10,x,3\n", "line 3, column `A1`: `x` is no number"),
        ("Time [s],A1,A1\n0,1,2\n10,2,3\n", "line 1: well A1 is there twice"),
        ("Time [s],A1\n0,1\n10,2\n5,3\n", "line 4: the time `5` is not later"),
        ("0s,1,2,3,4,5,6,7\n10s,1,2,3,4,5,6,7\n", "line 1: 7 values and no names of wells"),
        (
            "X\nTime [s],A1\n0,1\n10,2\nX\nTime [s],A1\n0,1\n10,2\n",
            "line 6: the block `X` is there already, in line 2",
        ),
        (
            "X\nTime [s],A1\n0,1\n10,2\nY\nTime [s],A2\n0,1\n10,2\n",
            "line 6: the block `Y` has other wells",
        ),
        (
            "X\nTime [s],A1\n0,1\n10,2\nY\nTime [s],A1\n0,1\n90,2\n",
            "measured at other times: by up to 80 s",
        ),
        ("well,time,OD\nA1,0,1\nA1,0,2\n", "rows 1 and 2 both say"),
        ("well,time,OD\nA1,0,1\nQ77,0,2\n", "`Q77` in row 2 is no well"),
    ] {
        let error = wrong(text);
        assert!(error.contains(part), "{text:?}: {error}");
    }
}

#[test]
fn layouts_are_checked_by_line() {
    let plate = read(BIOTEK).plate;
    let layout = |text: &str| Layout::from_csv(text.as_bytes());
    let error =
        plate.with_layout(&layout("well,strain\nA1,x\nA3,y\n").unwrap()).unwrap_err().to_string();
    assert_eq!(
        error,
        "line 3, column `well`: the data have no well `A3` (did you mean `A2`?); they have 3 wells, A1 to B1"
    );
    for (text, told) in [
        ("wel,strain\nA1,x\n", "unknown column `well` (did you mean `wel`?); valid: wel, strain"),
        ("well,strain\nA1,x\n1A,y\n", "line 3, column `well`: `1A` is no well such as A1 or H12"),
        (
            "well,strain\nA1,x\n\na01,y\n",
            "line 4, column `well`: well A1 is there already, in line 2",
        ),
    ] {
        assert_eq!(layout(text).unwrap_err().to_string(), told);
    }
    let error = plate.with_layout(&layout("well,GFP\nA1,x\n").unwrap()).unwrap_err().to_string();
    assert!(
        error.starts_with("column `GFP`: the layout has a column of the name of a channel"),
        "{error}"
    );
    let partly = plate.with_layout(&layout("Well,strain\nA1,x\n").unwrap()).unwrap();
    assert_eq!(partly.unnamed(), [well("A2"), well("B1")]);
    let error = plate.blank_subtracted().unwrap_err().to_string();
    assert!(error.starts_with("subtracting blanks needs at least one well"), "{error}");
    assert!(
        plate.values("OD", well("A1")).unwrap_err().to_string().contains("unknown channel `OD`")
    );
}

#[test]
fn blanks_and_left_out_wells() {
    let data = "OD\nTime [s],A1,A2,A3,A4\n0,1,3,10,7\n60,2,4,20,7\n";
    let layout = "well,strain,include,blank\nA1,x,1,1\nA2,blank,T,0\nA3,y,1,0\nA4,blank,0,0\n";
    let plate =
        read(data).plate.with_layout(&Layout::from_csv(layout.as_bytes()).unwrap()).unwrap();
    let plate = plate.blank_subtracted().unwrap();
    assert_eq!(plate.values("OD", well("A3")).unwrap(), [8.0, 17.0]);
    assert_eq!(
        plate.growth_table(&plate.growth_rates(2 + 1, 0.0).unwrap_or_default()).unwrap().rows(),
        0
    );
}

/// A plate that grows and makes a signal, both by formula.
fn made(rates: &[f64], production: f64, points: usize) -> Plate {
    let hours: Vec<f64> = (0..points).map(|t| t as f64 / 12.0).collect();
    let od = |rate: f64| hours.iter().map(move |t| 0.02 * (rate * t).exp());
    let signal =
        |rate: f64| hours.iter().map(move |t| production * 0.02 * ((rate * t).exp() - 1.0) / rate);
    Plate {
        times: hours.iter().map(|t| t * 3600.0).collect(),
        wells: Well::all(96).unwrap()[..rates.len()].into(),
        channels: vec![
            Channel::new("OD600", None, rates.iter().flat_map(|r| od(*r)).collect()),
            Channel::new("GFP", None, rates.iter().flat_map(|r| signal(*r)).collect()),
        ],
        layout: Layout::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn exponential_growth_has_its_rate(rate in 0.05_f64..3.0, window in 3_usize..20, heavy in any::<bool>()) {
        let plate = made(&[rate], 100.0, 30);
        let weights = if heavy { Weights::DensitySquared } else { Weights::Equal };
        let growth = plate.growth(&GrowthOptions { window, min_od: 0.0, weights, channel: None }).unwrap()[0];
        prop_assert!((growth.rate - rate).abs() < 1e-9 * rate.max(1.0));
        prop_assert!((growth.r_squared - 1.0).abs() < 1e-9);
        prop_assert!((growth.doubling() - 60.0 * 2.0_f64.ln() / rate).abs() < 1e-6);
    }

    #[test]
    fn a_scale_changes_no_growth(rates in prop::collection::vec(0.1_f64..2.0, 1..4), scale in 0.1_f64..10.0) {
        let plate = made(&rates, 50.0, 20);
        let scaled = plate.with_values(|c, w| plate.slice(c, w).iter().map(|x| x * scale).collect());
        for (a, b) in plate.growth_rates(5, 0.0).unwrap().iter().zip(scaled.growth_rates(5, 0.0).unwrap()) {
            prop_assert!((a.rate - b.rate).abs() < 1e-9);
        }
        let (a, b) = (plate.production_rates("GFP", 5, 0.0).unwrap(), scaled.production_rates("GFP", 5, 0.0).unwrap());
        prop_assert!((a[0].rate - b[0].rate).abs() < 1e-9 * a[0].rate.abs());
    }

    #[test]
    fn constant_production_is_found(rate in 0.1_f64..1.5, production in 1.0_f64..1e4) {
        let plate = made(&[rate], production, 25);
        let found = plate.production_rates("GFP", 7, 0.0).unwrap()[0].rate;
        // The trapezoids see the integral of an exponential slightly too large.
        prop_assert!((found / production - 1.0).abs() < 0.01, "{found} {production}");
        let over_time = plate.production("GFP", 3).unwrap();
        let values = over_time.values("GFP rate", over_time.wells()[0]).unwrap();
        prop_assert!(values[0].is_nan() && values[24].is_nan());
        prop_assert!(values[1..24].iter().all(|p| (p / production - 1.0).abs() < 0.01));
    }

    #[test]
    fn a_tidy_table_makes_the_same_plate(rates in prop::collection::vec(0.1_f64..2.0, 1..5)) {
        let plate = made(&rates, 10.0, 5);
        let mut remarks = Vec::new();
        let back = Plate::from_table(&plate.table().unwrap(), &mut remarks).unwrap();
        prop_assert_eq!(&back.channels, &plate.channels);
        let long = plate.table().unwrap().longer(&["OD600", "GFP"], "channel", "value").unwrap();
        let text = long.to_csv(crate::CsvStyle::default());
        let again = Plate::read(text.as_bytes(), &PlateOptions::default()).unwrap().plate;
        prop_assert_eq!(&again.channels, &plate.channels);
        prop_assert_eq!(again.wells, plate.wells);
    }

    #[test]
    fn subtracted_blanks_are_zero_and_equalised_wells_begin_alike(rates in prop::collection::vec(0.1_f64..2.0, 3..6), lift in 0.0_f64..1.0) {
        let layout = "well,strain\nA1,blank\nA2,x\nA3,x\n";
        let plate = made(&rates, 10.0, 15).with_layout(&Layout::from_csv(layout.as_bytes()).unwrap()).unwrap();
        let lifted = plate.with_values(|c, w| plate.slice(c, w).iter().map(|x| x + lift * (w + 1) as f64).collect());
        let flat = lifted.blank_subtracted().unwrap();
        prop_assert!(flat.values("OD600", well("A1")).unwrap().iter().all(|x| x.abs() < 1e-12));
        let equal = flat.equalised(Some("strain"), 0.5).unwrap();
        let start = |w| crate::statistics::mean(&equal.values("OD600", well(w)).unwrap()[..7]);
        prop_assert!((start("A2") - start("A3")).abs() < 1e-9);
    }
}

#[test]
fn signals_per_density() {
    let plate = made(&[1.0], 100.0, 5).per_od("GFP").unwrap();
    let values = plate.values("GFP/OD600", well("A1")).unwrap();
    let (f, od) =
        (plate.values("GFP", well("A1")).unwrap(), plate.values("OD600", well("A1")).unwrap());
    assert_eq!(values[3], f[3] / od[3]);
    assert!(plate.production("GFP", 4).unwrap_err().to_string().contains("the window must be odd"));
    assert!(plate.growth_rates(6, 0.0).is_err() && plate.growth_rates(2, 0.0).is_err());
}

#[test]
fn wells_have_names() {
    for count in [6, 12, 24, 48, 96, 384, 1536] {
        let wells = Well::all(count).unwrap();
        assert_eq!(wells.len(), count);
        assert!(wells.iter().all(|w| Well::parse(&w.to_string()) == Some(*w)));
    }
    for bad in ["", "A", "1", "A0", "A49", "AG1", "BA1", "A1x", "A 1", "Ä1", "A111"] {
        assert_eq!(Well::parse(bad), None, "{bad}");
    }
}
