//! Ten thousand damaged files: none makes a reader panic, and what is read is a table.

use bioxen_table::plate::{Layout, Plate, PlateOptions};
use bioxen_table::{CsvOptions, CsvStyle, Duplicates, JsonForm, Limits, Ragged, Separators, Table};

const GOOD: [&str; 5] = [
    "# seed: 7\ntime [min],OD600,strain,ok\n0,0.05,\"a, b\",true\n10,NA,\"c \"\"d\"\"\",false\n20,OVRFLW,,true\n",
    "Zeit;Wert (mM);t\n0,5;1.000,25;0:00:10\n1,5;2;1:00:00\n",
    "OD:600\n\nTime\tT° OD:600\tA1\tA2\tB1\n0:00:00\t37.0\t0.1\t0.2\tOVRFLW\n0:10:00\t37.0\t0.2\t0.3\t0.4\n\nGFP\n\nTime\tA1\tA2\tB1\n0:00:00\t10\t20\t30\n0:10:00\t20\t30\t40\n",
    "Label: OD\nCycle Nr.,1,2,3\nTime [s],0,600,1200\nTemp. [°C],37,37,37\nA1,0.1,0.2,0.3\nA2,0.1,0.2,0.4\n",
    "0s,1,2,3,4,5,6\n10s,2,3,4,5,6,7\n0s,1,2,3,4,5,6\n10s,2,3,4,5,6,7\nLabel: OD\nLabel: GFP\n",
];

/// A small generator (xorshift; G. Marsaglia, J. Stat. Softw. 8(14), 2003), so that the files are the same
/// every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

fn damaged(good: &[u8], chance: &mut Chance) -> Vec<u8> {
    const BITS: &[u8] = b",;\t\"\n\r#:.-0199aAsT[]() \0\xff\xfe\xef";
    let mut bytes = good.to_vec();
    for _ in 0..=chance.below(6) {
        let (at, to) = (chance.below(bytes.len()), chance.below(bytes.len() + 1));
        let (low, high) = (at.min(to), at.max(to));
        match chance.below(6) {
            0 if !bytes.is_empty() => bytes[at] = BITS[chance.below(BITS.len())],
            1 => bytes.insert(at.min(bytes.len()), BITS[chance.below(BITS.len())]),
            2 => drop(bytes.drain(low..high.min(low + 9))),
            3 => {
                let piece = bytes[low..high].to_vec();
                bytes.splice(to..to, piece);
            }
            4 => bytes.truncate(high),
            _ if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
            _ => {}
        }
    }
    bytes
}

#[test]
fn ten_thousand_damaged_files_are_errors_or_tables() {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let relaxed = CsvOptions {
        ragged: Ragged::Relax,
        duplicates: Duplicates::Number,
        ..CsvOptions::default()
    };
    let (mut tables, mut plates) = (0, 0);
    for number in 0..10_000 {
        let bytes = damaged(GOOD[number % GOOD.len()].as_bytes(), &mut chance);
        for options in [&CsvOptions::default(), &relaxed] {
            let Ok(read) = Table::from_csv(&bytes, options) else { continue };
            tables += 1;
            assert_eq!(read.lines.len(), read.table.rows());
            assert!(read.table.columns().iter().all(|c| c.len() == read.table.rows()));
            let _ = (read.table.to_text(Default::default()), read.table.describe());
            let _ = Layout::from_table(&read.table);
            let json = read.table.to_json(JsonForm::Full);
            assert_eq!(
                Table::from_json(json.as_bytes(), Limits::default()).as_ref(),
                Ok(&read.table)
            );
            let text = read.table.to_csv(CsvStyle { metadata: true, delimiter: b',' });
            let separators = Separators { delimiter: Some(b','), decimal: None };
            let given = CsvOptions { separators, ..CsvOptions::default() };
            let back = Table::from_csv(text.as_bytes(), &given);
            assert!(back.is_ok(), "{text:?}: {back:?}");
        }
        if let Ok(read) = Plate::read(&bytes, &PlateOptions::default()) {
            plates += 1;
            let table = read.plate.table();
            assert!(table.is_ok(), "{table:?} {}", String::from_utf8_lossy(&bytes));
            let _ = read.plate.growth_rates(3, 0.0);
        }
    }
    // Damage is not the end of most files.
    assert!(tables > 5_000 && plates > 1_000, "{tables} {plates}");
}
