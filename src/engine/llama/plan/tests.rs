//! Plans for Qwen3-0.6B: width, cells and memory.

use super::*;

const GPU: Machine = Machine { on_gpu: true, free_memory: None };
use crate::record::engine::CacheType;
use crate::sampling::SamplingParams;

/// Qwen3-0.6B.
const SHAPE: ModelShape = ModelShape {
    context_length: 40_960,
    key_length: 128,
    value_length: 128,
    heads: 28 * 8,
    recurrent_bytes: 0,
    rewinds: true,
    sliding_window: false,
};

fn session(prompts: usize, longest_prompt: usize) -> Session {
    let sampling = SamplingParams::QWEN3_ANSWER;
    Session {
        sampling,
        max_tokens: 256,
        longest_prompt,
        head: 3,
        head_prompt: 0,
        traces_at_once: 3,
        prompts,
        ignore_eos: false,
    }
}

fn planned(options: EngineSettings, session: &Session) -> EnginePlan {
    plan(&SHAPE, &options, Machine::default(), session)
}

#[test]
fn cells_hold_prompt_and_answer() {
    let plan = planned(EngineSettings::default(), &session(100, 300));
    assert_eq!(plan.cells, 768);
    assert!(plan.slots >= MIN_ROWS && plan.streams() <= 256);
    assert_eq!(plan.total_cells, plan.streams() as u64 * 768);
    assert_eq!(plan.streams(), plan.slots + 1, "prompts are evaluated in one more sequence");
    assert_eq!(plan.kv_bytes, (plan.total_cells + plan.prompts as u64 * 300) * 114_688);
    let on_gpu = super::plan(&SHAPE, &EngineSettings::default(), GPU, &session(100, 300));
    assert_eq!(on_gpu.streams(), on_gpu.slots + on_gpu.prompts, "and kept in their own on a GPU");
    assert_eq!(on_gpu.kv_bytes, on_gpu.total_cells * 114_688);
}

#[test]
fn cache_types_take_their_bytes() {
    let bytes = |cache_type_k, cache_type_v| {
        let options = EngineSettings { cache_type_k, cache_type_v, ..EngineSettings::default() };
        let plan = planned(options, &session(100, 300));
        plan.kv_bytes / (plan.total_cells + plan.prompts as u64 * 300)
    };
    // Layers × heads, times a row of 128 keys and a row of 128 values.
    assert_eq!(bytes(CacheType::F32, CacheType::F32), 224 * 2 * 128 * 4);
    assert_eq!(bytes(CacheType::Q8_0, CacheType::Q8_0), 224 * 2 * 4 * 34);
    assert_eq!(bytes(CacheType::Q8_0, CacheType::Q4_0), 224 * (4 * 34 + 4 * 18));
}

#[test]
fn sequences_may_share_a_pool() {
    let options = EngineSettings { kv_unified: true, ..EngineSettings::default() };
    let plan = planned(options.clone(), &session(100, 300));
    let prompts = plan.prompts + plan.width;
    assert_eq!(plan.total_cells, ((prompts * 300 + plan.slots * 264) as u64).next_multiple_of(256));
    assert_eq!(plan.kv_bytes, plan.total_cells * 114_688);
    // With short answers, a slot's padding rows need more cells than its trace.
    let short = Session { max_tokens: 8, head: 40, ..session(100, 300) };
    let plan = planned(options, &short);
    let prompts = plan.prompts + plan.width;
    assert_eq!(plan.total_cells, ((40 + prompts * 300 + plan.slots * 64) as u64).next_multiple_of(256));
}

#[test]
fn the_width_is_what_was_given_or_what_is_fast_or_what_there_is_to_do() {
    let width = |parallel, prompts, on_gpu| {
        let options = EngineSettings { parallel, ..EngineSettings::default() };
        let plan = plan(&SHAPE, &options, Machine { on_gpu, free_memory: None }, &session(prompts, 300));
        assert_eq!(plan.warnings, [""; 0]);
        (plan.width, plan.width_chosen_by)
    };
    assert_eq!(width(None, 100, false), (32, WidthChosenBy::Auto));
    assert_eq!(width(None, 100, true), (64, WidthChosenBy::Auto));
    assert_eq!(width(Some(5), 100, true), (5, WidthChosenBy::Given));
    assert_eq!(width(Some(48), 4, false), (12, WidthChosenBy::Work));
    assert_eq!(width(None, 1, false), (MIN_ROWS, WidthChosenBy::Work));
}

#[test]
fn steps_have_whole_groups_of_rows() {
    let rows: Vec<usize> = [0, 1, 8, 9, 12, 30, 127].map(slots).into();
    assert_eq!(rows, [8, 8, 8, 12, 12, 32, 128]);
    let narrow = EngineSettings { micro_batch: Some(10), parallel: Some(10), ..EngineSettings::default() };
    let plan = planned(narrow, &session(100, 300));
    assert_eq!((plan.width, plan.slots), (8, 8), "12 rows would be two micro-batches");
}

#[test]
fn a_step_fits_in_a_micro_batch() {
    let of = |parallel, batch, micro_batch| {
        let options = EngineSettings { parallel, batch, micro_batch, ..EngineSettings::default() };
        let plan = planned(options, &session(100, 300));
        (plan.width, plan.micro_batch, plan.batch, plan.warnings.len())
    };
    assert_eq!(of(None, None, None), (32, 128, 512, 0));
    assert_eq!(of(None, None, Some(16)), (16, 16, 512, 0));
    assert_eq!(of(Some(64), None, Some(16)), (16, 16, 512, 1));
    assert_eq!(of(None, Some(100), None), (32, 128, 128, 1));
    assert_eq!(of(None, Some(300), None), (32, 128, 256, 0));
    assert_eq!(of(None, None, Some(1024)), (32, 1024, 1024, 0));
}

#[test]
fn little_memory_lowers_the_width() {
    let options = EngineSettings { parallel: Some(32), ..EngineSettings::default() };
    let within = |options| {
        let machine = Machine { on_gpu: false, free_memory: Some(2 << 30) };
        plan(&SHAPE, &options, machine, &session(100, 300))
    };
    let plan = within(options.clone());
    assert!(plan.width < 32);
    assert_eq!(plan.width_chosen_by, WidthChosenBy::Memory);
    assert!(plan.kv_bytes as f64 <= 0.6 * (2_u64 << 30) as f64);
    assert_eq!(plan.warnings.len(), 1);
    let smaller = EngineSettings { cache_type_k: CacheType::Q8_0, cache_type_v: CacheType::Q8_0, ..options };
    assert!(within(smaller).width > plan.width);
}

#[test]
fn a_context_that_cannot_be_made_is_tried_again_at_half_the_width() {
    let (options, session) = (EngineSettings::default(), session(100, 300));
    let mut widths = Vec::new();
    let mut current = planned(options.clone(), &session);
    while let Some(next) = narrower(&current, &SHAPE, &options, Machine::default(), &session) {
        assert!(next.kv_bytes < current.kv_bytes && next.warnings.len() == 1);
        assert_eq!(next.width_chosen_by, WidthChosenBy::Memory);
        widths.push(next.width);
        current = next;
    }
    assert_eq!(widths, [16, 8]);
}

#[test]
fn the_context_is_never_larger_than_trained_or_asked() {
    let options = EngineSettings { context: Some(300), ..EngineSettings::default() };
    let asked = planned(options, &session(10, 4_000));
    assert_eq!((asked.limit, asked.cells), (300, 512));
    let small = ModelShape { context_length: 2_000, ..SHAPE };
    let trained = plan(&small, &EngineSettings::default(), Machine::default(), &session(10, 4_000));
    assert_eq!((trained.limit, trained.cells), (2_000, 2_048));
}

#[test]
fn too_little_memory_is_said() {
    let options = EngineSettings { parallel: Some(32), ..EngineSettings::default() };
    let machine = Machine { on_gpu: false, free_memory: Some(1 << 28) };
    let plan = plan(&SHAPE, &options, machine, &session(100, 300));
    assert_eq!((plan.width, plan.prompt_streams), (MIN_ROWS, 1));
    assert!(plan.warnings[0].contains("lower"), "{:?}", plan.warnings);
}
