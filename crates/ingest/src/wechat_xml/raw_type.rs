//! The type numbers that the app and its databases use for a message, and the rules about them that are in doubt.

/// A message type as its base and, where the number itself says so, its sub-type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RawType {
    pub(crate) base: i64,
    pub(crate) sub: Option<i64>,
}

/// Numbers of Android's database, which hold a base type and a sub-type in one. What an app message is stands in its
/// XML, so that a sub-type is needed only where there may be none.
const ANDROID: &[(i64, i64, Option<i64>)] = &[
    (285_212_721, 49, Some(5)),
    (1_048_625, 49, Some(8)),
    (16_777_265, 49, None),
    (822_083_633, 49, Some(57)),
    (1_090_519_089, 49, Some(6)),
    (419_430_449, 49, Some(2000)),
    (436_207_665, 49, Some(2001)),
    (-1_879_048_186, 49, Some(17)),
    (1_040_187_441, 49, Some(3)),
    (922_746_929, 49, Some(62)),
    (268_445_456, 10000, Some(1)),
];

/// Sub-types of a notice (10000) in Windows 3.x that say that a message was taken back.
const RECALLS: &[i64] = &[1, 5, 6, 33, 36, 57];

/// The base type of a greeting from WeCom; no source documents it for certain, and 66 is taken for a card of WeCom.
const WECOM_GREETING: i64 = 65;
const WECOM_CARD: i64 = 66;

impl RawType {
    /// Returns what a number says, wherever it comes from: a base type, `sub << 32 | base`, or Android's own.
    pub(crate) fn of(raw: i64) -> Self {
        // Android's numbers are signed; some tools write them without the sign.
        let signed = u32::try_from(raw).map_or(raw, |raw| i64::from(raw.cast_signed()));
        if let Some((_, base, sub)) = ANDROID.iter().find(|(number, ..)| *number == signed) {
            return Self { base: *base, sub: *sub };
        }
        if raw > i64::from(u32::MAX) {
            return Self { base: raw & 0xffff_ffff, sub: Some(raw >> 32) };
        }
        Self { base: raw, sub: None }
    }

    /// Returns the type with a sub-type that stands in a column of its own; nought says nothing.
    pub(crate) fn with_sub(self, sub: Option<i64>) -> Self {
        Self { sub: sub.filter(|sub| *sub != 0).or(self.sub), ..self }
    }

    /// Tells whether it is a notice that a message was taken back.
    pub(super) fn is_recall(self) -> bool {
        self.base == 10000 && self.sub.is_some_and(|sub| RECALLS.contains(&sub))
    }

    /// Tells whether it asks to become a contact.
    pub(super) fn is_friend_request(self) -> bool {
        matches!(self.base, 37 | WECOM_GREETING)
    }

    /// Tells whether it is a contact card.
    pub(super) fn is_contact_card(self) -> bool {
        matches!(self.base, 42 | WECOM_CARD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_apart() {
        let rows = [
            (1, 1, None),
            (49, 49, None),
            (10000, 10000, None),
            (11000, 11000, None),
            (21_474_836_529, 49, Some(5)),
            (25_769_803_825, 49, Some(6)),
            (34_359_738_417, 49, Some(8)),
            (81_604_378_673, 49, Some(19)),
            (141_733_920_817, 49, Some(33)),
            (154_618_822_705, 49, Some(36)),
            (244_813_135_921, 49, Some(57)),
            (266_287_972_401, 49, Some(62)),
            (8_589_934_592_049, 49, Some(2000)),
            (8_594_229_559_345, 49, Some(2001)),
            (285_212_721, 49, Some(5)),
            (-1_879_048_186, 49, Some(17)),
            (2_415_919_110, 49, Some(17)),
            (268_445_456, 10000, Some(1)),
            (i64::MIN, i64::MIN, None),
        ];
        for (raw, base, sub) in rows {
            assert_eq!(RawType::of(raw), RawType { base, sub }, "{raw}");
        }
        assert_eq!(RawType::of(49).with_sub(Some(0)), RawType { base: 49, sub: None });
        assert_eq!(RawType::of(10000).with_sub(Some(4)).sub, Some(4));
    }
}
