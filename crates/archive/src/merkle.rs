//! The Merkle tree of RFC 6962 (and RFC 9162) over the entries of the ledger: roots and proofs, as pure functions.
//!
//! A leaf is hashed as `SHA-256(0x00 ‖ entry)` and a node as `SHA-256(0x01 ‖ left ‖ right)`, so that neither can pass
//! for the other.

use duces_model::{Digest, Hasher};

/// Returns the hash of a leaf.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(&[0]);
    hasher.update(entry);
    hasher.finish()
}

fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(&[1]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    hasher.finish()
}

/// Returns the largest power of two below `n`, which must be above one.
fn split(n: usize) -> usize {
    1 << (usize::BITS - 1 - (n - 1).leading_zeros())
}

/// Returns the root over the hashes of leaves; that of no leaves is the digest of nothing.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// Returns the audit path of leaf `index` (from 0), or `None` where there is no such leaf.
pub fn inclusion_proof(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut rest, mut at) = (leaves, index);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        if at < left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            at -= left.len();
            rest = right;
        }
    }
    path.reverse();
    Some(path)
}

/// Returns the proof that the tree over the first `first` leaves is a beginning of the whole, or `None` where `first`
/// is zero or beyond the end.
pub fn consistency_proof(leaves: &[Digest], first: usize) -> Option<Vec<Digest>> {
    if first == 0 || first > leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut rest, mut m, mut whole) = (leaves, first, true);
    while m < rest.len() {
        let (left, right) = rest.split_at(split(rest.len()));
        if m <= left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            m -= left.len();
            rest = right;
            whole = false;
        }
    }
    if !whole {
        path.push(root(rest));
    }
    path.reverse();
    Some(path)
}

/// Returns whether `proof` shows that a leaf stands at `index` in the tree of `size` leaves with that root.
pub fn verify_inclusion(leaf: &Digest, index: u64, size: u64, proof: &[Digest], expected: &Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *expected
}

/// Returns whether `proof` shows that the tree of `second` leaves begins with the tree of `first` leaves.
pub fn verify_consistency(
    first: u64,
    first_root: &Digest,
    second: u64,
    second_root: &Digest,
    proof: &[Digest],
) -> bool {
    if first == 0 || first > second {
        return false;
    }
    if first == second {
        return proof.is_empty() && first_root == second_root;
    }
    // A tree that is complete is its own first node; otherwise the proof begins with it.
    let (start, rest) = if first.is_power_of_two() {
        (first_root, proof)
    } else {
        let Some((start, rest)) = proof.split_first() else { return false };
        (start, rest)
    };
    let shift = (first - 1).trailing_ones();
    let (mut node, mut last) = ((first - 1) >> shift, (second - 1) >> shift);
    let (mut old, mut new) = (*start, *start);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old == *first_root && new == *second_root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The eight entries of the reference tests of Certificate Transparency.
    const ENTRIES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves(n: usize) -> Vec<Digest> {
        ENTRIES[..n].iter().map(|entry| leaf_hash(entry)).collect()
    }

    fn digests(hex: &[&str]) -> Vec<Digest> {
        hex.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn roots_are_those_of_the_reference() {
        assert_eq!(root(&[]).to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (n, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&leaves(n + 1)).to_string(), *expected, "{} leaves", n + 1);
        }
    }

    #[test]
    fn proofs_are_those_of_the_reference() {
        assert_eq!(
            inclusion_proof(&leaves(8), 0).unwrap(),
            digests(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ])
        );
        assert_eq!(
            inclusion_proof(&leaves(8), 5).unwrap(),
            digests(&[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        );
        assert_eq!(
            inclusion_proof(&leaves(3), 2).unwrap(),
            digests(&["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"])
        );
        assert_eq!(consistency_proof(&leaves(8), 8).unwrap(), []);
        assert_eq!(
            consistency_proof(&leaves(8), 6).unwrap(),
            digests(&[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        );
        assert_eq!(
            consistency_proof(&leaves(5), 2).unwrap(),
            digests(&[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ])
        );
    }

    proptest! {
        #[test]
        fn every_proof_holds_and_no_changed_one_does(
            size in 1_usize..130, first in 1_usize..130, index in 0_usize..130, spoil in 0_usize..10, bit in 0_usize..256,
        ) {
            let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&n.to_le_bytes())).collect();
            let (first, index) = (first.min(size), index % size);
            let (n, whole) = (size as u64, root(&leaves));
            let flip = |proof: &[Digest]| {
                let mut spoilt = proof.to_vec();
                if let Some(at) = spoil.checked_rem(proof.len()) {
                    let mut bytes = *spoilt[at].as_bytes();
                    bytes[bit / 8] ^= 1 << (bit % 8);
                    spoilt[at] = Digest::from_bytes(bytes);
                }
                spoilt
            };

            let proof = inclusion_proof(&leaves, index).unwrap();
            prop_assert!(verify_inclusion(&leaves[index], index as u64, n, &proof, &whole));
            prop_assert!(!verify_inclusion(&leaf_hash(b"other"), index as u64, n, &proof, &whole));
            prop_assert!(proof.is_empty() || !verify_inclusion(&leaves[index], index as u64, n, &flip(&proof), &whole));

            let early = root(&leaves[..first]);
            let proof = consistency_proof(&leaves, first).unwrap();
            prop_assert!(verify_consistency(first as u64, &early, n, &whole, &proof));
            prop_assert!(proof.is_empty() || !verify_consistency(first as u64, &early, n, &whole, &flip(&proof)));
            prop_assert!(first == size || !verify_consistency(first as u64, &whole, n, &whole, &proof));
        }
    }
}
