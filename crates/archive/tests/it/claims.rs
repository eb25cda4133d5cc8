//! Claims keep numbers apart and remember how far a production has come.

use duces_archive::{ArchiveError, Attribution, Claim, ClaimAnswer, ClaimRequest, ClaimState, Claims, Matter};
use duces_model::{BatesNumber, BatesRange, Digest};
use proptest::prelude::*;

use crate::House;

fn wanted(production: &str, plan: &str, prefix: &str, first: u64, last: u64) -> ClaimRequest {
    let number = |n| BatesNumber::new(prefix, 7, n).unwrap();
    ClaimRequest {
        range: BatesRange::between(number(first), number(last)).unwrap(),
        plan: Digest::of(plan.as_bytes()),
        request: Digest::of(production.as_bytes()),
        production: production.into(),
    }
}

fn held(claims: &Claims<'_>, request: &ClaimRequest) -> Claim {
    match claims.claim(request).unwrap() {
        ClaimAnswer::Held(claim) => claim,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_plan_gets_the_same_claim_again() {
    let house = House::new();
    let claims = house.matter.claims(Attribution::default());
    let request = wanted("P1", "plan", "MER", 1, 40);
    let first = held(&claims, &request);
    let size = house.reader().head().unwrap().size;
    assert_eq!(held(&claims, &request), first);
    assert_eq!(house.reader().head().unwrap().size, size, "asking again adds nothing");
    assert_eq!(Matter::open(&house.dir()).unwrap().claims(Attribution::default()).find("P1").unwrap(), Some(first));
    assert_eq!(claims.find("P2").unwrap(), None);
}

#[test]
fn numbers_that_somebody_holds_are_refused_with_who() {
    let house = House::new();
    let claims = house.matter.claims(Attribution::default());
    let first = held(&claims, &wanted("P1", "plan 1", "MER", 10, 20));
    for (from, to) in [(1, 10), (20, 30), (12, 13), (1, 99)] {
        let answer = claims.claim(&wanted("P2", "plan 2", "MER", from, to)).unwrap();
        assert_eq!(answer, ClaimAnswer::Overlap(first.clone()), "{from}-{to}");
    }
    assert_eq!(claims.claim(&wanted("P1", "other", "MER", 50, 60)).unwrap(), ClaimAnswer::NameTaken(first.clone()));
    held(&claims, &wanted("P2", "plan 2", "MER", 21, 30));
    held(&claims, &wanted("P3", "plan 3", "ABC", 10, 20));
    claims.void(first.id).unwrap();
    held(&claims, &wanted("P4", "plan 4", "MER", 1, 20));
    assert_eq!(claims.find("P1").unwrap().unwrap().state, ClaimState::Void);
    assert_eq!(claims.all().unwrap().len(), 4);
    assert_eq!(house.reader().check().unwrap(), Vec::<String>::new());
}

#[test]
fn states_follow_their_order() {
    let house = House::new();
    let claims = house.matter.claims(Attribution::default());
    let claim = held(&claims, &wanted("P1", "plan", "MER", 1, 40));
    let (manifest, other) = (Digest::of(b"manifest"), Digest::of(b"other"));
    let refused = |outcome: Result<(), ArchiveError>| matches!(outcome, Err(ArchiveError::ClaimState { .. }));
    assert!(refused(claims.finish(claim.id)));
    claims.seal(claim.id, manifest).unwrap();
    claims.seal(claim.id, manifest).unwrap();
    assert!(refused(claims.seal(claim.id, other)));
    assert_eq!(claims.find("P1").unwrap().unwrap().state, ClaimState::Sealed { manifest });
    claims.finish(claim.id).unwrap();
    claims.finish(claim.id).unwrap();
    assert!(refused(claims.void(claim.id)));
    assert_eq!(claims.find("P1").unwrap().unwrap().state, ClaimState::Finished { manifest });
    assert!(matches!(claims.void(duces_archive::ClaimId(99)), Err(ArchiveError::NoClaim(99))));
}

#[test]
fn two_at_once_do_not_both_get_the_numbers() {
    let house = House::new();
    let dir = house.dir();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let claim = |n: usize| {
            let dir = dir.clone();
            scope.spawn(move || {
                let matter = Matter::open(&dir).unwrap();
                let request = wanted(&format!("P{n}"), &format!("plan {n}"), "MER", 1, 10);
                // A lock that is held is said at once; the caller tries again.
                loop {
                    match matter.claims(Attribution::default()).claim(&request) {
                        Err(ArchiveError::Locked { .. }) => std::thread::yield_now(),
                        answer => return answer.unwrap(),
                    }
                }
            })
        };
        let threads: Vec<_> = (0..4).map(claim).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| matches!(answer, ClaimAnswer::Held(_))).count(), 1, "{answers:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn standing_claims_never_share_a_number(
        asked in proptest::collection::vec((0_u64..60, 0_u64..15, any::<bool>(), any::<bool>()), 1..12),
    ) {
        let house = House::new();
        let claims = house.matter.claims(Attribution::default());
        for (n, (first, more, other_prefix, give_up)) in asked.into_iter().enumerate() {
            let prefix = if other_prefix { "ABC" } else { "MER" };
            let request = wanted(&format!("P{n}"), &format!("plan {n}"), prefix, first + 1, first + more + 1);
            if let ClaimAnswer::Held(claim) = claims.claim(&request).unwrap()
                && give_up
            {
                claims.void(claim.id).unwrap();
            }
            let standing: Vec<_> =
                claims.all().unwrap().into_iter().filter(|claim| claim.state != ClaimState::Void).collect();
            for (at, a) in standing.iter().enumerate() {
                for b in &standing[at + 1..] {
                    prop_assert!(!a.range.overlaps(&b.range), "{} {}", a.production, b.production);
                }
            }
        }
    }
}
