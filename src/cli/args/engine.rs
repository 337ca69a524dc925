//! Arguments about the engine, under llama.cpp's names.

use std::str::FromStr;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::placement::PlacementArgs;
use super::scheduling::SchedulingArgs;
use crate::record::engine::{CacheType, FlashAttention, GpuLayers};
use crate::settings::EngineSettings;
use crate::settings::llama_values::{Choice, LoadMode, gpu_layers, number, number_or_zero};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Engine (llama.cpp's names)")]
pub struct EngineArgs {
    /// Traces decoded in parallel, or auto: by processor, work and memory [also -np; default: auto].
    #[arg(
        long,
        value_name = "N|auto",
        env = "LLAMA_ARG_N_PARALLEL",
        value_parser = number,
        allow_negative_numbers = true
    )]
    pub parallel: Option<Choice<usize>>,
    /// Context size per trace, prompt and answer [default: what the run needs].
    #[arg(short, long, value_name = "TOKENS", env = "LLAMA_ARG_CTX_SIZE", value_parser = number_or_zero)]
    pub ctx_size: Option<Choice<usize>>,
    /// Maximum prompt tokens evaluated between two decoding steps [also -b N; default: 512].
    #[arg(long, value_name = "TOKENS", env = "LLAMA_ARG_BATCH")]
    pub batch_size: Option<usize>,
    /// Tokens per micro-batch of prompt evaluation [also -ub; default: 128].
    #[arg(long, value_name = "TOKENS", env = "LLAMA_ARG_UBATCH")]
    pub ubatch_size: Option<usize>,
    /// Threads [default: the physical cores that other programs leave].
    #[arg(short, long, value_name = "N", env = "LLAMA_ARG_THREADS", value_parser = number_or_zero, allow_negative_numbers = true)]
    pub threads: Option<Choice<usize>>,
    /// Threads for batches, which all steps here are [also -tb; default: --threads].
    #[arg(long, value_name = "N", value_parser = number_or_zero, allow_negative_numbers = true)]
    pub threads_batch: Option<Choice<usize>>,
    /// Layers on the GPU: a number, auto or all [also -ngl; default: auto, as many as its free memory holds].
    #[arg(
        long,
        alias = "n-gpu-layers",
        value_name = "N|auto|all",
        env = "LLAMA_ARG_N_GPU_LAYERS",
        value_parser = gpu_layers,
        allow_negative_numbers = true
    )]
    pub gpu_layers: Option<Choice<GpuLayers>>,
    /// Keep the experts of a mixture (MoE) on the CPU [also -cmoe].
    #[arg(long, env = "LLAMA_ARG_CPU_MOE", value_parser = FalseyValueParser::new())]
    pub cpu_moe: bool,
    /// Keep the experts of the first N layers on the CPU [also -ncmoe].
    #[arg(long, value_name = "N", env = "LLAMA_ARG_N_CPU_MOE", conflicts_with = "cpu_moe")]
    pub n_cpu_moe: Option<u32>,
    /// Flash attention [also -fa; default: auto].
    #[arg(
        long,
        value_name = "on|off|auto",
        env = "LLAMA_ARG_FLASH_ATTN",
        value_parser = FlashAttention::from_str,
        allow_negative_numbers = true
    )]
    pub flash_attn: Option<FlashAttention>,
    /// Type of the keys in the KV cache: f32, f16, bf16, q8_0, q4_0, q4_1, iq4_nl, q5_0, q5_1
    /// [also -ctk; default: f16].
    #[arg(long, value_name = "TYPE", env = "LLAMA_ARG_CACHE_TYPE_K", value_parser = CacheType::from_str)]
    pub cache_type_k: Option<CacheType>,
    /// Type of the values in the KV cache [also -ctv; default: f16].
    #[arg(long, value_name = "TYPE", env = "LLAMA_ARG_CACHE_TYPE_V", value_parser = CacheType::from_str)]
    pub cache_type_v: Option<CacheType>,
    /// Share one KV cache among all sequences: less memory, but results may depend on what is decoded in
    /// parallel [also -kvu].
    #[arg(long, env = "LLAMA_ARG_KV_UNIFIED", value_parser = FalseyValueParser::new())]
    pub kv_unified: bool,
    /// How to load the weights: auto, none, mmap, mlock, mmap+mlock [also -lm; default: auto].
    #[arg(long, value_name = "MODE", env = "LLAMA_ARG_LOAD_MODE", value_parser = LoadMode::from_str)]
    pub load_mode: Option<LoadMode>,
    /// Keep the weights in RAM; llama.cpp warns if the system does not allow it.
    #[arg(long, env = "LLAMA_ARG_MLOCK", value_parser = FalseyValueParser::new())]
    pub mlock: bool,
    /// Memory-map the weights, the default.
    #[arg(long, overrides_with = "no_mmap")]
    pub mmap: bool,
    /// Read the weights instead of memory-mapping them.
    #[arg(long, overrides_with = "mmap")]
    pub no_mmap: bool,
    /// Decode every trace in its own row, even where traces are still equal.
    #[arg(long)]
    pub no_fork: bool,
    #[command(flatten)]
    pub placement: PlacementArgs,
    #[command(flatten)]
    pub scheduling: SchedulingArgs,
}

impl EngineArgs {
    /// Returns what was typed, else what an earlier process used.
    pub fn over(&self, earlier: EngineSettings) -> EngineSettings {
        let LoadMode { mmap, mlock } =
            self.load_mode.unwrap_or(LoadMode { mmap: earlier.mmap, mlock: earlier.mlock });
        EngineSettings {
            parallel: Choice::over(self.parallel, earlier.parallel),
            context: Choice::over(self.ctx_size, earlier.context),
            threads: Choice::over(self.threads, earlier.threads),
            threads_batch: Choice::over(self.threads_batch, earlier.threads_batch),
            batch: self.batch_size.or(earlier.batch),
            micro_batch: self.ubatch_size.or(earlier.micro_batch),
            gpu_layers: Choice::over(self.gpu_layers, earlier.gpu_layers),
            cpu_moe: match (self.cpu_moe, self.n_cpu_moe) {
                (true, _) => Some(GpuLayers::ALL),
                (false, Some(layers)) => Some(GpuLayers::Count(layers)),
                (false, None) => earlier.cpu_moe,
            },
            placement: self.placement.over(earlier.placement),
            flash_attention: self.flash_attn.unwrap_or(earlier.flash_attention),
            cache_type_k: self.cache_type_k.unwrap_or(earlier.cache_type_k),
            cache_type_v: self.cache_type_v.unwrap_or(earlier.cache_type_v),
            mlock: mlock || self.mlock,
            mmap: (mmap || self.mmap) && !self.no_mmap,
            kv_unified: earlier.kv_unified || self.kv_unified,
            fork: earlier.fork && !self.no_fork,
        }
    }
}
