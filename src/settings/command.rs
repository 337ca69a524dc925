//! The command that runs with given settings again.

use super::{
    AdapterSettings, AnalysisSettings, BenchmarkSettings, ChatSettings, CustomColumns, EngineSettings,
    LiveJudge, RecordMode, ScaledFile, Settings,
};
use crate::chat::PromptFormat;
use crate::deepconf::stop::name::{RuleName, RuleParameters};
use crate::deepconf::weight::VoteWeight;
use crate::record::engine::{FlashAttention, GpuLayers};
use crate::record::placement::{Placement, TensorOverride};

/// Returns the arguments after the program's name: `run`, then every option whose default differs.
///
/// Engine options are named where results depend on them. Environment and configuration files are not looked at:
/// what they set is among the options.
#[must_use]
pub fn arguments(settings: &Settings) -> Vec<String> {
    let usual = match settings.chat.thinking {
        true => Settings::new(&settings.model).with_thinking(),
        false => Settings::new(&settings.model),
    };
    // Every field by name: one that is added is not forgotten here.
    let Settings {
        model,
        source,
        adapters,
        benchmark: chosen,
        chat: chat_settings,
        sampling: now,
        max_tokens,
        seed,
        judge: _,
        panel: _,
        refusal_patterns: _,
        record,
        stop: _,
        analysis,
        engine: chosen_engine,
    } = settings;
    let mut words = Words(vec!["run".to_owned()]);
    words.put("-m", model);
    words.some("--engine", Some(source).filter(|source| !source.is_model()));
    put_adapters(&mut words, adapters);
    benchmark(&mut words, chosen, &usual.benchmark);
    chat(&mut words, chat_settings);
    let then = usual.sampling;
    words.unless("--temp", now.temperature, then.temperature);
    words.unless("--top-k", now.top_k, then.top_k);
    words.unless("--top-p", now.top_p, then.top_p);
    words.unless("--min-p", now.min_p, then.min_p);
    words.unless("-n", *max_tokens, usual.max_tokens);
    words.unless("-s", *seed, usual.seed);
    stop(&mut words, settings);
    let AnalysisSettings { confidence, window, vote, split } = *analysis;
    let then = usual.analysis;
    words.unless("--confidence", confidence.name(), then.confidence.name());
    words.unless("--window", window, then.window);
    if vote != VoteWeight::usual(&settings.stop) {
        words.put("--vote", vote);
    }
    words.unless("--split", split, then.split);
    judges(&mut words, settings);
    match record {
        RecordMode::Tokens => {}
        RecordMode::Summary => words.put("--record", "summary"),
        RecordMode::Top => words.put("--record", "top"),
    }
    engine(&mut words, chosen_engine);
    words.0
}

/// Returns the command as a shell takes it.
#[must_use]
pub fn command_line(settings: &Settings) -> String {
    let words = ["safety-deepconf".to_owned()].into_iter().chain(arguments(settings));
    words.map(|word| quote(&word)).collect::<Vec<_>>().join(" ")
}

/// Quotes one word for a shell.
#[must_use]
pub fn quote(word: &str) -> String {
    // Only a NUL cannot be quoted, and no argument can hold one.
    shlex::try_quote(word).map_or_else(|_| word.replace('\0', ""), |word| word.into_owned())
}

fn put_adapters(words: &mut Words, given: &AdapterSettings) {
    for (option, files) in [("--lora", &given.lora), ("--control-vector", &given.control_vectors)] {
        for ScaledFile { file, scale } in files {
            match scale {
                1.0 => words.put(option, file.display()),
                scale => words.put(&format!("{option}-scaled"), format!("{}:{scale}", file.display())),
            }
        }
    }
    if let Some([first, last]) = given.layers {
        words.put("--control-vector-layer-range", first);
        words.0.push(last.to_string());
    }
}

fn benchmark(words: &mut Words, settings: &BenchmarkSettings, usual: &BenchmarkSettings) {
    let BenchmarkSettings {
        name,
        data,
        subset,
        num_instances,
        first,
        shuffle_seed,
        shard,
        include_copyright,
        human_annotated_only,
        keep_unlabelled,
        prompt_style,
        custom,
    } = settings;
    words.unless("-b", name.as_str(), usual.name.as_str());
    words.some("-d", data.as_ref().map(|path| path.display()).as_ref());
    words.some("--subset", subset.as_ref());
    words.some("-N", num_instances.as_ref());
    words.flag("--first", *first);
    words.some("--shuffle-seed", shuffle_seed.as_ref());
    words.some("--shard", shard.as_ref());
    words.flag("--include-copyright", *include_copyright);
    words.flag("--human-annotated-only", *human_annotated_only);
    words.flag("--keep-unlabelled", *keep_unlabelled);
    words.some("--prompt-style", prompt_style.as_ref());
    let CustomColumns { prompt, label, unsafe_values, safe_values, category, id, whole } = custom;
    words.some("--prompt-column", prompt.as_ref());
    words.some("--label-column", label.as_ref());
    unsafe_values.iter().for_each(|value| words.put("--unsafe-value", value));
    safe_values.iter().for_each(|value| words.put("--safe-value", value));
    words.some("--label", whole.map(|label| label.name()).as_ref());
    words.some("--category-column", category.as_ref());
    words.some("--id-column", id.as_ref());
}

fn chat(words: &mut Words, settings: &ChatSettings) {
    let ChatSettings { system, thinking, effort, format } = settings;
    words.flag("--reasoning=on", *thinking);
    words.some("--reasoning-effort", effort.map(|effort| effort.name()).as_ref());
    words.some("--system", system.as_ref());
    match format {
        PromptFormat::Own => {}
        PromptFormat::Named(name) => words.put("--chat-template", name),
        PromptFormat::File(path) => words.put("--chat-template", path.display()),
        PromptFormat::Raw => words.flag("--raw", true),
        PromptFormat::FewShot => words.flag("--few-shot", true),
    }
}

fn stop(words: &mut Words, settings: &Settings) {
    let usual = RuleParameters::default();
    let (name, given) = RuleName::of(&settings.stop);
    words.unless("--stop", name, RuleName::ConsensusSettled);
    if name.takes("min-traces") {
        words.unless("--min-traces", given.min_traces, usual.min_traces.min(given.max_traces));
    }
    words.unless("--max-traces", given.max_traces, usual.max_traces);
    if name.takes("tau") {
        words.unless("--tau", given.tau, usual.tau);
    }
    let eta = given.eta.filter(|eta| {
        name.rule(&RuleParameters { eta: None, ..given }).online().map(|(usual, _)| usual) != Some(*eta)
    });
    words.some("--eta", eta.as_ref());
    if name.takes("percentile") {
        words.unless("--percentile", given.percentile, usual.percentile);
    }
}

fn judges(words: &mut Words, settings: &Settings) {
    let panel = &settings.panel;
    if !panel.is_empty() {
        words.put("--judge", panel.judges.join(","));
    } else if settings.judge == LiveJudge::Rules {
        words.put("--judge", "rules");
    }
    words.some("--judge-family", panel.family.as_ref());
    words.some("--judge-template", panel.template.as_ref().map(|path| path.display()).as_ref());
    words.some("--judge-rubric", panel.rubric.as_ref().map(|path| path.display()).as_ref());
    words.some("--refusal-patterns", settings.refusal_patterns.as_ref().map(|path| path.display()).as_ref());
}

fn engine(words: &mut Words, settings: &EngineSettings) {
    let EngineSettings {
        context,
        micro_batch,
        gpu_layers,
        cpu_moe,
        placement,
        flash_attention,
        cache_type_k,
        cache_type_v,
        kv_unified,
        // Results do not depend on these.
        parallel: _,
        threads: _,
        threads_batch: _,
        batch: _,
        mlock: _,
        mmap: _,
        fork: _,
    } = settings;
    words.some("--ctx-size", context.as_ref());
    words.some("--ubatch-size", micro_batch.as_ref());
    words.some("--gpu-layers", gpu_layers.map(|layers| layers.text()).as_ref());
    match *cpu_moe {
        None => {}
        Some(GpuLayers::Count(layers)) => words.put("--n-cpu-moe", layers),
        Some(GpuLayers::Named(_)) => words.flag("--cpu-moe", true),
    }
    put_placement(words, placement);
    match flash_attention {
        FlashAttention::Auto => {}
        FlashAttention::On => words.put("--flash-attn", "on"),
        FlashAttention::Off => words.put("--flash-attn", "off"),
    }
    let usual = EngineSettings::default();
    words.unless("--cache-type-k", cache_type_k.name(), usual.cache_type_k.name());
    words.unless("--cache-type-v", cache_type_v.name(), usual.cache_type_v.name());
    words.flag("--kv-unified", *kv_unified);
}

fn put_placement(words: &mut Words, placement: &Placement) {
    let Placement { devices, split_mode, main_gpu, tensor_split, overrides } = placement;
    let mut list = |option: &str, values: Vec<String>| {
        if !values.is_empty() {
            words.put(option, values.join(","));
        }
    };
    list("--device", devices.clone());
    list("--split-mode", split_mode.iter().map(|mode| mode.name().to_owned()).collect());
    list("--main-gpu", main_gpu.iter().map(u32::to_string).collect());
    list("--tensor-split", tensor_split.iter().map(f32::to_string).collect());
    list("--override-tensor", overrides.iter().map(TensorOverride::text).collect());
}

/// Arguments in the order in which they were put.
struct Words(Vec<String>);

impl Words {
    fn put(&mut self, option: &str, value: impl ToString) {
        let value = value.to_string();
        // A value that looks like an option goes after `=`; short options have no such form.
        match value.starts_with('-') && option.starts_with("--") {
            true => self.0.push(format!("{option}={value}")),
            false => self.0.extend([option.to_owned(), value]),
        }
    }

    fn some(&mut self, option: &str, value: Option<&impl ToString>) {
        if let Some(value) = value {
            self.put(option, value.to_string());
        }
    }

    fn unless<V: ToString + PartialEq>(&mut self, option: &str, value: V, usual: V) {
        if value != usual {
            self.put(option, value);
        }
    }

    fn flag(&mut self, flag: &str, is_set: bool) {
        if is_set {
            self.0.push(flag.to_owned());
        }
    }
}
