//! Sixels: six rows of pixels at a time, one colour after the other, as the VT340 read them.

use std::collections::HashMap;
use std::fmt::Write;

use bioxen::plot::Options;
use tiny_skia::Pixmap;

/// Colour registers, as many as terminals have at least in practice.
const REGISTERS: usize = 256;
/// Bits of a channel that tell colours apart while they are counted.
const BITS: u32 = 5;

/// The least width of a figure [CSS px].
const NARROWEST: u32 = 320;

/// Width [CSS px] and scale of a figure, `wanted` wide, that fills `room` pixels. The scale is a whole
/// number, or there would be seams between the cells of a heat map.
pub(super) fn fit(wanted: u32, room: usize) -> (u32, f64) {
    let room = u32::try_from(room).unwrap_or(u32::MAX);
    let usual = wanted == Options::default().width;
    let least = if usual { wanted * 3 / 4 } else { wanted };
    let scale = if room >= least.saturating_mul(2) { 2 } else { 1 };
    let width = if usual || wanted.saturating_mul(scale) > room { room / scale } else { wanted };
    (width.max(NARROWEST), f64::from(scale))
}

/// A PNG as sixels; nothing if it is none.
pub(super) fn of_png(png: &[u8]) -> Option<String> {
    let picture = Pixmap::decode_png(png).ok()?;
    let pixels: Vec<[u8; 3]> = picture
        .pixels()
        .iter()
        .map(|p| {
            // What shines through is white; channels are multiplied by the opacity.
            let white = 255 - p.alpha();
            [p.red(), p.green(), p.blue()].map(|c| c.saturating_add(white))
        })
        .collect();
    Some(encode(&pixels, picture.width() as usize))
}

/// Pixels row by row, `width` to the row.
fn encode(pixels: &[[u8; 3]], width: usize) -> String {
    let (colours, indices) = palette(pixels);
    let height = pixels.len() / width.max(1);
    // P2 = 1: pixels that are not drawn stay; the raster has square pixels.
    let mut text = format!("\x1bP0;1q\"1;1;{width};{height}");
    for (i, colour) in colours.iter().enumerate() {
        // Channels in percent; writing to a string cannot fail.
        let [r, g, b] = colour.map(|c| (u32::from(c) * 100 + 127) / 255);
        let _ = write!(text, "#{i};2;{r};{g};{b}");
    }
    for band in indices.chunks(6 * width.max(1)) {
        let mut rows: Vec<Option<Vec<u8>>> = vec![None; colours.len()];
        for (at, &index) in band.iter().enumerate() {
            let row = rows[index].get_or_insert_with(|| vec![0; width]);
            row[at % width] |= 1 << (at / width);
        }
        let used = rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.as_ref()?)));
        for (place, (index, row)) in used.enumerate() {
            if place > 0 {
                text.push('$');
            }
            let _ = write!(text, "#{index}");
            runs(&mut text, row);
        }
        text.push('-');
    }
    text.push_str("\x1b\\");
    text
}

/// Equal sixels in a row are written with their number; empty ones at the end are left out.
fn runs(text: &mut String, row: &[u8]) {
    let end = row.iter().rposition(|s| *s != 0).map_or(0, |last| last + 1);
    for run in row[..end].chunk_by(|a, b| a == b) {
        let sign = char::from(b'?' + run[0]);
        match run.len() {
            count @ 0..=3 => text.extend(std::iter::repeat_n(sign, count)),
            // Writing to a string cannot fail.
            count => _ = write!(text, "!{count}{sign}"),
        }
    }
}

/// A colour that pixels have: how many, and their mean.
#[derive(Debug, Clone, Copy)]
struct Shade {
    bin: usize,
    count: u32,
    mean: [u8; 3],
}

/// At most so many colours as there are registers, and the colour of each pixel. Figures have few;
/// where there are more, they are put together by the median cut of Heckbert (1982).
fn palette(pixels: &[[u8; 3]]) -> (Vec<[u8; 3]>, Vec<usize>) {
    let bin = |p: &[u8; 3]| {
        p.iter().fold(0_u32, |bin, c| bin << BITS | u32::from(*c) >> (8 - BITS)) as usize
    };
    let mut sums = vec![(0_u32, [0_u32; 3]); 1 << (3 * BITS)];
    for pixel in pixels {
        let entry = &mut sums[bin(pixel)];
        entry.0 += 1;
        entry.1.iter_mut().zip(pixel).for_each(|(sum, c)| *sum += u32::from(*c));
    }
    let present = sums.iter().enumerate().filter(|(_, (count, _))| *count > 0);
    let shades: Vec<Shade> = present
        .map(|(bin, &(count, sum))| Shade { bin, count, mean: sum.map(|s| (s / count) as u8) })
        .collect();
    let boxes = cut(shades);
    let mut register: HashMap<usize, usize> = HashMap::new();
    for (place, shades) in boxes.iter().enumerate() {
        register.extend(shades.iter().map(|s| (s.bin, place)));
    }
    let colours = boxes.iter().map(|shades| mean(shades)).collect();
    let indices = pixels.iter().map(|p| register.get(&bin(p)).copied().unwrap_or(0)).collect();
    (colours, indices)
}

fn mean(shades: &[Shade]) -> [u8; 3] {
    let count: u64 = shades.iter().map(|s| u64::from(s.count)).sum();
    let channel = |c: usize| {
        let sum: u64 = shades.iter().map(|s| u64::from(s.count) * u64::from(s.mean[c])).sum();
        ((sum + count / 2) / count.max(1)) as u8
    };
    [channel(0), channel(1), channel(2)]
}

/// The channel in which shades differ most, and by how much.
fn widest(shades: &[Shade]) -> (usize, u8) {
    let range = |c: usize| {
        let values = shades.iter().map(|s| s.mean[c]);
        values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
    };
    (0..3).map(|c| (c, range(c))).max_by_key(|(_, range)| *range).unwrap_or((0, 0))
}

fn cut(shades: Vec<Shade>) -> Vec<Vec<Shade>> {
    let mut boxes = vec![shades];
    while boxes.len() < REGISTERS {
        let all = boxes.iter().enumerate().filter(|(_, shades)| shades.len() > 1);
        let weight = |shades: &[Shade]| {
            let count: u64 = shades.iter().map(|s| u64::from(s.count)).sum();
            u64::from(widest(shades).1).pow(2) * count
        };
        let Some((at, _)) = all.max_by_key(|(_, shades)| weight(shades)) else { break };
        let mut shades = boxes.swap_remove(at);
        let (channel, _) = widest(&shades);
        shades.sort_by_key(|s| (s.mean[channel], s.bin));
        let half: u64 = shades.iter().map(|s| u64::from(s.count)).sum::<u64>() / 2;
        let mut seen = 0;
        let median = shades.iter().position(|s| {
            seen += u64::from(s.count);
            seen > half
        });
        let right = shades.split_off(median.unwrap_or(1).clamp(1, shades.len() - 1));
        boxes.extend([shades, right]);
    }
    // The most frequent colour first.
    boxes.sort_by_key(|b| std::cmp::Reverse(b.iter().map(|s| u64::from(s.count)).sum::<u64>()));
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: [u8; 3] = [255; 3];
    const RED: [u8; 3] = [255, 0, 0];

    /// Reads sixels as a terminal does: the colour of each pixel, row by row.
    fn decode(text: &str) -> (usize, Vec<Option<[u8; 3]>>) {
        let body = text.strip_prefix("\x1bP0;1q\"1;1;").unwrap().strip_suffix("\x1b\\").unwrap();
        let (width, rest) = body.split_once(';').unwrap();
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (width, height) = (width.parse().unwrap(), rest[..digits].parse::<usize>().unwrap());
        let mut screen = vec![None; width * height];
        let mut registers = HashMap::new();
        let (mut x, mut y, mut colour, mut repeat) = (0, 0, 0_usize, 1);
        let mut chars = rest[digits..].chars().peekable();
        let number = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut n = 0;
            while let Some(d) = chars.peek().and_then(|c| c.to_digit(10)) {
                n = 10 * n + d as usize;
                chars.next();
            }
            n
        };
        while let Some(c) = chars.next() {
            match c {
                '#' => {
                    colour = number(&mut chars);
                    if chars.peek() == Some(&';') {
                        let mut values = Vec::new();
                        while chars.next_if_eq(&';').is_some() {
                            values.push(number(&mut chars));
                        }
                        assert_eq!((values.len(), values[0]), (4, 2));
                        let rgb = [1, 2, 3].map(|i| ((values[i] * 255 + 50) / 100) as u8);
                        registers.insert(colour, rgb);
                    }
                }
                '!' => repeat = number(&mut chars),
                '$' => x = 0,
                '-' => (x, y) = (0, y + 6),
                '?'..='~' => {
                    for _ in 0..std::mem::replace(&mut repeat, 1) {
                        for bit in 0..6 {
                            if (c as u8 - b'?') >> bit & 1 == 1 {
                                screen[(y + bit) * width + x] = Some(registers[&colour]);
                            }
                        }
                        x += 1;
                    }
                }
                other => panic!("{other:?} is no sixel"),
            }
        }
        (width, screen)
    }

    #[test]
    fn a_figure_fills_its_columns_in_whole_pixels() {
        let usual = Options::default().width;
        assert_eq!(fit(usual, 720), (720, 1.0));
        // A screen with small pixels.
        assert_eq!(fit(usual, 1680), (840, 2.0));
        assert_eq!(fit(usual, 360), (360, 1.0));
        assert_eq!(fit(usual, 100), (320, 1.0));
        // A width that the user chose stays if there is room.
        assert_eq!(fit(400, 720), (400, 1.0));
        assert_eq!(fit(400, 800), (400, 2.0));
        assert_eq!(fit(2000, 720), (720, 1.0));
    }

    #[test]
    fn the_bytes_of_a_small_picture() {
        // Two pixels beside each other, white and red, and one row below both red.
        let text = encode(&[WHITE, RED, RED, RED], 2);
        let head = "\x1bP0;1q\"1;1;2;2#0;2;100;0;0#1;2;100;100;100";
        assert_eq!(text, format!("{head}#0AB$#1@-\x1b\\"));
    }

    #[test]
    fn a_terminal_reads_back_what_was_written() {
        let (width, height) = (31, 20);
        let colour = |i: usize| match i % 7 {
            0 => RED,
            1 | 2 => [0, 0, 255],
            _ => WHITE,
        };
        let pixels: Vec<[u8; 3]> = (0..width * height).map(|i| colour(i / 5)).collect();
        let (read_width, screen) = decode(&encode(&pixels, width));
        assert_eq!(read_width, width);
        let expected: Vec<Option<[u8; 3]>> = pixels.into_iter().map(Some).collect();
        assert_eq!(screen, expected);
    }

    #[test]
    fn more_colours_than_registers_come_near() {
        let pixels: Vec<[u8; 3]> =
            (0..64 * 64).map(|i| [(i % 64 * 4) as u8, (i / 64 * 4) as u8, 128]).collect();
        let (_, screen) = decode(&encode(&pixels, 64));
        for (seen, meant) in screen.iter().zip(&pixels) {
            let seen = seen.unwrap();
            let far = seen.iter().zip(meant).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            assert!(far <= 24, "{seen:?} for {meant:?}");
        }
    }

    #[test]
    fn long_runs_are_short() {
        let text = encode(&[RED; 600], 100);
        assert_eq!(text, "\x1bP0;1q\"1;1;100;6#0;2;100;0;0#0!100~-\x1b\\");
    }
}
