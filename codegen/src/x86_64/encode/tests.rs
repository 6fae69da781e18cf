//! Every method of the encoder against an independent decoder.
//!
//! A case emits one instruction and says what it should decode to. It draws its operands: either all combinations of
//! representative ones, in turn, or any at random.

mod cases;
mod draw;
mod special;
mod want;

use super::Assembler;
use cases::CASES;
use draw::Draw;
use proptest::collection::vec;
use proptest::prelude::*;
use want::check;

#[test]
fn all_combinations_of_representative_operands() {
    let mut asm = Assembler::new();
    for &(name, case) in CASES {
        let mut digits = Vec::new();
        let mut combinations = 0;
        loop {
            let mut draw = Draw::in_turn(asm, digits);
            let want = case(&mut draw);
            asm = check(name, draw.asm, &want);
            combinations += 1;
            match draw::next(draw.digits) {
                Some(more) => digits = more,
                None => break,
            }
        }
        assert!(combinations < 100_000, "{name}: {combinations} combinations take too long");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_operands(case in 0..CASES.len(), numbers in vec(any::<u64>(), 10)) {
        let (name, case) = CASES[case];
        let mut draw = Draw::at_random(Assembler::new(), numbers);
        let want = case(&mut draw);
        check(name, draw.asm, &want);
    }
}
