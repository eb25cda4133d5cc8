//! Walks over the fields of a Protocol Buffers message without a schema.
//!
//! Only the wire format is known here (<https://protobuf.dev/programming-guides/encoding/>); what a number means stands
//! in `packed.rs`. Groups, which nothing of WeChat uses, end the walk like any other fault.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A varint, or a fixed number of four or eight bytes.
    Number(u64),
    /// A text, bytes or a message.
    Bytes(&'a [u8]),
}

/// The message ends or breaks within a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// The fields of a message, in their order, up to the first fault.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.varint()?;
        let (number, kind) = (tag >> 3, tag & 7);
        if number == 0 || number > 0x1fff_ffff {
            return None;
        }
        let value = match kind {
            0 => Value::Number(self.varint()?),
            1 => Value::Number(self.fixed::<8>()?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                let (bytes, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                Value::Bytes(bytes)
            }
            5 => Value::Number(self.fixed::<4>()?),
            _ => return None,
        };
        Some((number, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for at in 0..10 {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            if at == 9 && bits > 1 {
                return None;
            }
            value |= bits << (7 * at);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn fixed<const N: usize>(&mut self) -> Option<u64> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.rest = &[];
        }
        Some(field.ok_or(Malformed))
    }
}

/// Writes fields, for tests.
#[cfg(test)]
pub(crate) mod write {
    pub(crate) fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
            value >>= 7;
        }
        out.push(u8::try_from(value).expect("seven bits"));
    }

    pub(crate) fn number(field: u64, value: u64, out: &mut Vec<u8>) {
        varint(field << 3, out);
        varint(value, out);
    }

    pub(crate) fn bytes(field: u64, value: &[u8], out: &mut Vec<u8>) {
        varint(field << 3 | 2, out);
        varint(value.len() as u64, out);
        out.extend_from_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_walked_up_to_the_first_fault() {
        type Walked<'a> = Vec<Result<(u64, Value<'a>), Malformed>>;
        let rows: [(&[u8], Walked<'_>); 10] = [
            (b"", vec![]),
            (b"\x08\x96\x01", vec![Ok((1, Value::Number(150)))]),
            (b"\x12\x02hi\x18\x00", vec![Ok((2, Value::Bytes(b"hi"))), Ok((3, Value::Number(0)))]),
            (b"\x0d\x01\x02\x03\x04", vec![Ok((1, Value::Number(0x0403_0201)))]),
            (b"\x09\x01\x00\x00\x00\x00\x00\x00\x80", vec![Ok((1, Value::Number(1 << 63 | 1)))]),
            (b"\x08\x01\x12\x05hi", vec![Ok((1, Value::Number(1))), Err(Malformed)]),
            (b"\x00\x01", vec![Err(Malformed)]),
            (b"\x0b", vec![Err(Malformed)]),
            (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", vec![Ok((1, Value::Number(u64::MAX)))]),
            (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", vec![Err(Malformed)]),
        ];
        for (message, expected) in rows {
            assert_eq!(Fields::of(message).collect::<Vec<_>>(), expected, "{message:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(fields in prop::collection::vec((1_u64..1000, any::<u64>(), prop::collection::vec(any::<u8>(), 0..40)), 0..20)) {
            let (mut message, mut expected) = (Vec::new(), Vec::new());
            for (field, number, bytes) in &fields {
                write::number(*field, *number, &mut message);
                write::bytes(*field, bytes, &mut message);
                expected.push(Ok((*field, Value::Number(*number))));
                expected.push(Ok((*field, Value::Bytes(bytes))));
            }
            prop_assert_eq!(Fields::of(&message).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn no_bytes_break_the_walk(message in prop::collection::vec(any::<u8>(), 0..200)) {
            let fields = Fields::of(&message).collect::<Vec<_>>();
            prop_assert!(fields.iter().rev().skip(1).all(Result::is_ok));
        }
    }
}
