//! Parallel work in an order that does not depend on threads: batches are loaded, worked on and put away in turn.
//!
//! While one batch is worked on by all threads, the next is loaded and the last is put away, so that reading the
//! archive and appending to the load files and the ZIP cost no time of their own. At most three batches are in memory.

use rayon::prelude::*;

use crate::ProductionError;

type Result<T> = std::result::Result<T, ProductionError>;

/// Runs every batch through `load`, `work` and `put`, in order.
///
/// `load` and `put` are called by one thread at a time, batch after batch; `work` by many, and what it returns
/// reaches `put` in the order of the items. The first error ends it.
pub fn in_order<B, L, W>(
    batches: impl IntoIterator<Item = B>,
    mut load: impl FnMut(B) -> Result<Vec<L>> + Send,
    work: impl Fn(L) -> Result<W> + Sync,
    mut put: impl FnMut(W) -> Result<()> + Send,
) -> Result<()>
where
    B: Send,
    L: Send,
    W: Send,
{
    let mut batches = batches.into_iter();
    let mut loaded: Option<Vec<L>> = None;
    let mut worked: Option<Vec<W>> = None;
    loop {
        let next = batches.next();
        if next.is_none() && loaded.is_none() && worked.is_none() {
            return Ok(());
        }
        let (beside, done) = rayon::join(
            || {
                for item in worked.take().into_iter().flatten() {
                    put(item)?;
                }
                next.map(&mut load).transpose()
            },
            || loaded.take().map(|items| items.into_par_iter().map(&work).collect::<Result<Vec<W>>>()).transpose(),
        );
        loaded = beside?;
        worked = done?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_everything_arrives() {
        for threads in [1, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            let mut seen = Vec::new();
            let batches: Vec<Vec<u32>> = (0..50).map(|b| (b * 10..b * 10 + b % 7).collect()).collect();
            let expected: Vec<u32> = batches.iter().flatten().map(|n| n * 2).collect();
            pool.install(|| {
                in_order(
                    batches,
                    Ok,
                    |n| Ok(n * 2),
                    |n| {
                        seen.push(n);
                        Ok(())
                    },
                )
            })
            .expect("no error");
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn an_error_ends_it() {
        let mut put = 0;
        let result = in_order(
            vec![vec![1], vec![2], vec![3]],
            Ok,
            |n| if n == 2 { Err(ProductionError::usage("two")) } else { Ok(n) },
            |_| {
                put += 1;
                Ok(())
            },
        );
        assert_eq!(result.map_err(|e| e.to_string()), Err("two".to_owned()));
        assert!(put <= 1);
    }
}
