//! Files that are damaged, cut off, newer or something else.

use super::life::Life;

fn checkpoint() -> Vec<u8> {
    let mut life = Life::new();
    life.says("let x = [1, 2.5, \"text\"]; let f = |y| y + x.len(); fn g(a) { a } every(1.min, || g(1)); 7");
    life.state().bytes
}

/// Tries a file that is none; nothing changes.
fn refuse(bytes: &[u8]) -> String {
    let mut life = Life::new();
    life.says("let here = 1;");
    let before = life.state().bytes;
    let error = life.session.restore(bytes).unwrap_err().to_string();
    assert!(life.state().bytes == before);
    error
}

#[test]
fn files_that_are_no_checkpoints_are_refused_with_a_reason() {
    let good = checkpoint();
    assert!(refuse(b"").contains("no checkpoint file of BioXen"));
    assert!(refuse(b"GIF89a\n\n").contains("no checkpoint file of BioXen"));
    assert!(refuse(&good[..good.len() - 1]).contains("cut off"));
    let lab = Life::new().session.with_lab(|lab| lab.saved()).unwrap();
    assert!(refuse(&lab).contains("holds a state, not a checkpoint"), "{}", refuse(&lab));
    let newer = [b"#bioxen-checkpoint 3".as_slice(), &good[20..]].concat();
    assert!(refuse(&newer).contains("format 3"), "{}", refuse(&newer));
    let mut longer = good;
    longer.push(0);
    assert!(refuse(&longer).contains("damaged"));
}

#[test]
fn damage_anywhere_is_noticed() {
    let good = checkpoint();
    let mut life = Life::new();
    life.says("let here = 1;");
    let before = life.state().bytes;
    for i in 0..500 {
        let at = i * good.len() / 500;
        assert!(life.session.restore(&good[..at]).is_err(), "cut at {at}");
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (i % 8);
        assert!(life.session.restore(&flipped).is_err(), "flipped at {at}");
    }
    assert!(life.state().bytes == before);
    life.session.restore(&good).unwrap();
}

/// Damage below a checksum that fits: whatever comes of it, nothing panics and nothing hangs.
#[test]
fn records_that_make_no_sense_are_survived() {
    let good = checkpoint();
    let body = good.iter().position(|b| *b == b'\n').unwrap() + 1;
    let mut life = Life::new();
    let mut refused = 0;
    for i in 0..500 {
        let at = body + i * (good.len() - body) / 500;
        let mut contents = good[body..].to_vec();
        contents[at - body] = contents[at - body].wrapping_add(1 + (i % 255) as u8);
        let sealed = bioxen_base::durable::seal_bytes("checkpoint", 1, &contents);
        refused += usize::from(life.session.restore(&sealed).is_err());
        let sealed = bioxen_base::durable::seal_bytes("checkpoint", 1, &contents[..at - body]);
        assert!(life.session.restore(&sealed).is_err(), "cut at {at}");
    }
    assert!(refused > 20, "{refused}");
}
