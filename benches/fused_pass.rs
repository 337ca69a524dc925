//! Measures the pass over one row of logits at the size of Qwen3's vocabulary: the cost of a sampled token
//! outside llama.cpp.
//!
//! ```sh
//! cargo bench --bench fused_pass
//! ```

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use safety_deepconf::deepconf::TOP_K;
use safety_deepconf::sampling::{Candidates, Row, RowScratch, Sampler, SamplingParams};

const VOCABULARY: usize = 151_936;

/// Returns logits like those of a language model: a bell curve, with a few tokens far above it.
fn logits(seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = || (rng.next_u32() as f32) / (u32::MAX as f32);
    let mut row: Vec<f32> =
        (0..VOCABULARY).map(|_| (0..6).map(|_| uniform()).sum::<f32>() * 3.0 - 9.0).collect();
    for index in 0..8 {
        row[index * 17_011] = 12.0 + 2.0 * uniform();
    }
    row
}

fn fused_pass(criterion: &mut Criterion) {
    // Reads several rows in turn, as in a batch: 16 rows take 10 MB, and come from the outer caches.
    let rows: Vec<Vec<f32>> = (0..16).map(logits).collect();
    let mut scratch = RowScratch::default();
    let mut top = Vec::new();
    let mut next = 0;
    let mut row_of = || {
        next = (next + 1) % rows.len();
        &rows[next]
    };
    criterion.bench_function("log-sum-exp, confidence, top 20", |bencher| {
        bencher.iter(|| {
            let mut row = Row::read(black_box(row_of()), &mut scratch).expect("the row is sound");
            row.top_log_probabilities(TOP_K, &mut top);
            row.confidence()
        });
    });
    for (name, params) in [
        ("with a sample, top-k 20, top-p 0.8", SamplingParams::QWEN3_ANSWER),
        ("with a sample, top-p 0.95 alone", SamplingParams { top_k: 0, ..SamplingParams::QWEN3_THINKING }),
    ] {
        let mut candidates = Candidates::default();
        let mut sampler = Sampler::new(params, 1);
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut row = Row::read(black_box(row_of()), &mut scratch).expect("the row is sound");
                row.top_log_probabilities(TOP_K, &mut top);
                (row.confidence(), sampler.sample(&mut row, &mut candidates))
            });
        });
    }
}

criterion_group!(benches, fused_pass);
criterion_main!(benches);
