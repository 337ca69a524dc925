//! One model, with `-m` or without.

use clap::Args;

use crate::jobs::InputError;

#[derive(Clone, Debug, Args)]
pub struct OneModel {
    /// `demo`, a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub
    #[arg(value_name = "MODEL", conflicts_with = "model")]
    pub named: Option<String>,
    /// Same as MODEL
    #[arg(short, long, value_name = "MODEL", env = "LLAMA_ARG_MODEL")]
    pub model: Option<String>,
}

impl OneModel {
    /// The model that was named, if one was.
    pub fn name(&self) -> Option<&str> {
        self.named.as_deref().or(self.model.as_deref())
    }

    /// The model, where there is no default.
    ///
    /// # Errors
    /// If none was named.
    pub fn required(&self) -> Result<&str, InputError> {
        let hint = "`demo`, a .gguf file, or user/repo[:LEVEL] on the hub; -m MODEL does the same";
        self.name().ok_or_else(|| InputError::new("a model must be named", hint))
    }
}
